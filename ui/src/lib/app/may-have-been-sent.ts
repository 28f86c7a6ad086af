// After which errors a form that sends money, or asks for a card, is closed for good: its request was sent, or may have been,
// and what went out of it once more would go out under another reference.

import type { ErrorCode } from '$lib/backend';
import type { BackendError } from '$lib/backend/errors';

const MAY_HAVE_BEEN_SENT: ReadonlySet<ErrorCode> = new Set(['outcome_not_written', 'submitted_already']);

/** Of a form that goes on under its reference: whether that was sent the desk knows, wherever this program failed. */
export function mayHaveBeenSent({ code }: BackendError): boolean {
  return MAY_HAVE_BEEN_SENT.has(code);
}

/** Of what has no reference yet when it is asked for: where this program failed nobody knows. */
export function mayHaveBeenAskedFor(error: BackendError): boolean {
  return mayHaveBeenSent(error) || error.code === 'internal';
}
