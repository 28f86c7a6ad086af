// What to do about an activation that the gateway refused, as far as its code tells.

import type { BackendError } from '$lib/backend/errors';

/** The card is active already, or blocked (`gateway-api.md`, Error codes): no number and no name mends that. */
const CARD_STATE = '7213';

/** Whether it helps to compare what was typed with the plastic. */
export function comparingHelps(error: BackendError): boolean {
  return error.code === 'gateway_refused' && error.params.code !== CARD_STATE;
}
