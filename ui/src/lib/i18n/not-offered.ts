// Why something is not on offer, as the operator reads it.

import type { ActionOffer } from '$lib/backend';
import { t } from './index.svelte';
import { NOT_OFFERED } from './words';

/** The reason, with the missing permission by the gateway's own name; nothing where it is on offer. */
export function notOfferedText(offer: ActionOffer | undefined): string | undefined {
  if (!offer?.notOffered) return undefined;
  if (offer.permission !== null) return t('not_offered.permission_named', { permission: offer.permission });
  return t(NOT_OFFERED[offer.notOffered]);
}
