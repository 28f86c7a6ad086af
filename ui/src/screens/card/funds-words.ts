// What each money form is called, and what its button says it will do.

import type { FundsAction } from '$lib/backend';
import { t, type MessageKey } from '$lib/i18n/index.svelte';

export const FUNDS_TITLE: Record<FundsAction, MessageKey> = {
  load: 'funds.load',
  withdrawal: 'funds.withdraw',
  adjustment_load: 'funds.adjust',
  adjustment_withdrawal: 'funds.adjust',
  transfer: 'funds.transfer',
};

export const FUNDS_ANOTHER: Record<FundsAction, MessageKey> = {
  load: 'funds.another_load',
  withdrawal: 'funds.another_withdrawal',
  adjustment_load: 'funds.another_adjustment',
  adjustment_withdrawal: 'funds.another_adjustment',
  transfer: 'funds.another_transfer',
};

const SUBMIT: Record<FundsAction, { whole: MessageKey; nothing: MessageKey }> = {
  load: { whole: 'funds.submit_load', nothing: 'funds.submit_load_nothing' },
  withdrawal: { whole: 'funds.submit_withdraw', nothing: 'funds.submit_withdraw_nothing' },
  adjustment_load: { whole: 'funds.submit_adjust_in', nothing: 'funds.submit_adjust_nothing' },
  adjustment_withdrawal: { whole: 'funds.submit_adjust_out', nothing: 'funds.submit_adjust_nothing' },
  transfer: { whole: 'funds.submit_transfer', nothing: 'funds.submit_transfer_nothing' },
};

/** Whether the money goes onto the form's own card. */
export function goesOnto(action: FundsAction): boolean {
  return action === 'load' || action === 'adjustment_load';
}

/** What the button will do. A transfer is whole once both its amount and its other card are known. */
export function submitText(action: FundsAction, card: string, money?: string, other?: string): string {
  const isWhole = money !== undefined && (action !== 'transfer' || other !== undefined);
  return isWhole ? t(SUBMIT[action].whole, { money, card, other: other ?? '' }) : t(SUBMIT[action].nothing, { card });
}
