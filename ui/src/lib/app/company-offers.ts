// What is on offer for the company as a whole, whoever is in view: why one of it is not, as the operator reads it.

import type { Action } from '$lib/backend';
import { notOfferedText } from '$lib/i18n/not-offered';
import { session } from './session.svelte';

/** Why the company can't do it now; nothing where it can. */
export function notOfferedHere(action: Action): string | undefined {
  return notOfferedText(session().actions.find((offer) => offer.action === action));
}
