// Why an insert was voided: as a person typed it, or in words where a replacement without a reason left its cause alone.

import type { ReplacementCause } from '$lib/backend';
import { t } from './index.svelte';
import { REPLACEMENT_CAUSE } from './words';

export function voidReasonText(reason: string): string {
  return Object.hasOwn(REPLACEMENT_CAUSE, reason) ? t(REPLACEMENT_CAUSE[reason as ReplacementCause]) : reason;
}
