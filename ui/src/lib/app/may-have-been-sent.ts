// After which errors a form that sends money, or asks for a card, is closed for good: its request was sent, or may have been,
// and what went out of it once more would go out under another reference.

import type { ErrorCode } from '$lib/backend';
import type { BackendError } from '$lib/backend/errors';

const MAY_HAVE_BEEN_SENT: ReadonlySet<ErrorCode> = new Set([
  'outcome_not_written',
  'submitted_already',
  // Where this program failed nobody knows.
  'internal',
]);

export function mayHaveBeenSent({ code }: BackendError): boolean {
  return MAY_HAVE_BEEN_SENT.has(code);
}
