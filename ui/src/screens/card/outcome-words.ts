// How an operation ended, in words: as its panel has it, and in one line for the lower edge.

import { work } from '$lib/app/work.svelte';
import { backend, type OperationKind, type OperationState, type OperationView } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { show, t, type MessageKey } from '$lib/i18n/index.svelte';
import { OPERATION_KIND } from '$lib/i18n/words';

const TITLES: Record<OperationState, MessageKey> = {
  drafted: 'operation.state.drafted',
  discarded: 'operation.state.discarded',
  intent: 'operation.state.intent',
  applied: 'operation.state.applied',
  refused: 'outcome.refused',
  not_sent: 'outcome.not_sent',
  unknown: 'operation.state.unknown',
  settled_applied: 'outcome.settled_applied',
  settled_not_applied: 'outcome.settled_not_applied',
};

const APPLIED: Record<OperationKind, MessageKey> = {
  issue: 'outcome.applied_issue',
  load: 'outcome.applied_load',
  withdrawal: 'outcome.applied_withdrawal',
  adjustment_load: 'outcome.applied_adjustment',
  adjustment_withdrawal: 'outcome.applied_adjustment',
  transfer: 'outcome.applied_transfer',
};

export function outcomeTitle(operation: OperationView): string {
  if (operation.state === 'unknown') return t('outcome.unknown_since', { time: show.time(operation.changedAt) });
  return t(operation.state === 'applied' ? APPLIED[operation.kind] : TITLES[operation.state]);
}

/** What it was about: the money, the card by its last four, the reference. */
export function outcomeFacts(operation: OperationView, lastFour: string | undefined): string[] {
  const money =
    operation.amount !== null && operation.currency !== null ? show.money(operation.amount, operation.currency) : '';
  return [money, lastFour ? formatLastFour(lastFour) : '', operation.reference].filter((part) => part !== '');
}

const GOOD: ReadonlySet<OperationState> = new Set(['applied', 'settled_applied']);

/** Whether it was done, as far as it is known. */
export const isApplied = ({ state }: OperationView): boolean => GOOD.has(state);

/** What has an outcome by now is said instead; the gateway is not asked for what has none. */
async function follow(operation: OperationView, lastFour: string | undefined): Promise<void> {
  try {
    const { rows } = await backend.attention();
    if (rows.some((row) => row.operation.reference === operation.reference)) return;
    const now = await backend.lookAgain(operation.reference);
    if (now.state !== operation.state) sayOutcome(now, lastFour);
  } catch {
    // Asked again before long.
  }
}

/**
 * Says at the lower edge how it ended, where otherwise something older would still stand. What has no outcome is followed until
 * it has one, whatever is on screen.
 */
export function sayOutcome(operation: OperationView, lastFour: string | undefined): void {
  const kind = (): string[] => (operation.state === 'applied' ? [] : [t(OPERATION_KIND[operation.kind])]);
  work.say(
    () => `${outcomeTitle(operation)}: ${[...kind(), ...outcomeFacts(operation, lastFour)].join(' · ')}`,
    isApplied(operation),
    undefined,
    operation.state === 'unknown' ? () => follow(operation, lastFour) : undefined,
  );
}
