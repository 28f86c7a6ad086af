// An operation that got its outcome, in one line: what it was, how much, whose it is by name and last four, and its reference.

import type { AttentionRow, OperationView, TransferSide } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { show, t } from '$lib/i18n/index.svelte';
import { OPERATION_KIND } from '$lib/i18n/words';

function named(holder: string, lastFour: string | undefined): string {
  return [holder, lastFour ? formatLastFour(lastFour) : ''].filter((part) => part !== '').join(' ');
}

function sideText({ cardId, known }: TransferSide, otherwise: string): string {
  return known ? named(known.cardholderDisplayName, known.lastFour) : otherwise || cardId;
}

/** The card that an operation moved; of one that was issued, the one that it turned out to be. */
function lastFourOf(operation: OperationView, row: AttentionRow): string | undefined {
  if (operation.kind !== 'issue') return row.card?.lastFour;
  const cardId = operation.cardId ?? operation.movementId;
  return row.newCards.find((card) => card.cardId === cardId)?.lastFour;
}

/** Whose it is, as far as that is known; of a transfer, both sides. `row` is what stood on screen while it had no outcome. */
function whose(operation: OperationView, row: AttentionRow | undefined): string {
  const own = row ? named(row.cardholderDisplayName, lastFourOf(operation, row)) : '';
  if (!operation.sides) return own;
  const { from, to } = operation.sides;
  return `${sideText(from, own)} → ${sideText(to, named('', row?.toCard?.lastFour))}`;
}

export function settledFacts(operation: OperationView, row: AttentionRow | undefined): string {
  const money =
    operation.amount !== null && operation.currency !== null ? show.money(operation.amount, operation.currency) : '';
  return [t(OPERATION_KIND[operation.kind]), money, whose(operation, row), operation.reference]
    .filter((part) => part !== '')
    .join(' · ');
}
