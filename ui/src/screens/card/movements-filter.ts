// Which of a card's movements are looked at, and what these come to.

import type { MovementKind, MovementRow } from '$lib/backend';
import { foldForSearch } from '$lib/i18n/fold';
import { t, type MessageKey } from '$lib/i18n/index.svelte';
import { MOVEMENT_KIND } from '$lib/i18n/words';
import { toTenThousandths } from './balance-plot';

/** Everything, one way, the transfers of both ways, or one kind. */
export type MovementChoice = 'all' | 'in' | 'out' | 'transfers' | MovementKind;

export interface MovementFilter {
  /** Parts of words of what a row says, of its reference or its amount. */
  text: string;
  choice: MovementChoice;
}

export const EVERYTHING: MovementFilter = { text: '', choice: 'all' };

export const CHOICES: ReadonlyArray<{ choice: MovementChoice; text: MessageKey }> = [
  { choice: 'all', text: 'movements.all' },
  { choice: 'in', text: 'movements.in' },
  { choice: 'out', text: 'movements.out' },
  { choice: 'transfers', text: 'movements.transfers' },
  ...Object.entries(MOVEMENT_KIND).map(([choice, text]) => ({ choice: choice as MovementKind, text })),
];

export function isFiltered({ text, choice }: MovementFilter): boolean {
  return choice !== 'all' || text.trim() !== '';
}

function isOfChoice({ direction, kind }: MovementRow, choice: MovementChoice): boolean {
  if (choice === 'transfers') return kind === 'transfer_in' || kind === 'transfer_out';
  return choice === 'all' || direction === choice || kind === choice;
}

/** The rows that are looked at: every part that was typed is somewhere in the row. */
export function filteredMovements(rows: readonly MovementRow[], filter: MovementFilter): readonly MovementRow[] {
  if (!isFiltered(filter)) return rows;
  const wanted = foldForSearch(filter.text).split(/\s+/).filter(Boolean);
  const { choice } = filter;
  return rows.filter((row) => {
    if (!isOfChoice(row, choice)) return false;
    const kind = row.kind === 'other' ? row.kindWord : t(MOVEMENT_KIND[row.kind]);
    const said = foldForSearch(`${kind} ${row.description ?? ''} ${row.reference ?? ''} ${row.amount}`);
    return wanted.every((part) => said.includes(part));
  });
}

/** What the rows in one currency come to, as canonical decimals. Rows of an unknown direction are in neither sum. */
export function sums(rows: readonly MovementRow[], currency: string | null): { credits: string; debits: string } {
  let [credits, debits] = [0n, 0n];
  for (const row of rows) {
    const amount = toTenThousandths(row.amount);
    if (amount === null || (row.currency ?? currency) !== currency) continue;
    if (row.direction === 'in') credits += amount;
    else if (row.direction === 'out') debits -= amount;
  }
  return { credits: fromTenThousandths(credits), debits: fromTenThousandths(debits) };
}

function fromTenThousandths(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(5, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
