// A card's movements as a list: what stands in each column, by what it is sorted, and what is copied.

import type { MovementRow } from '$lib/backend';
import { NO_BREAK } from '$lib/i18n/format';
import { show, t } from '$lib/i18n/index.svelte';
import { MOVEMENT_KIND } from '$lib/i18n/words';
import { ListColumns, type Column } from '$lib/list/columns.svelte';
import { instantKey, sortRows, type ListOrder, type SortKey } from '$lib/list/sorting';
import type { CopiedTable } from '$lib/list/table-text';
import { toTenThousandths } from './balance-plot';

export type MovementColumn = 'date' | 'movement' | 'reference' | 'amount' | 'balance';

const COLUMNS: ReadonlyArray<Column<MovementColumn>> = [
  { name: 'date', title: 'column.date', min: 60, width: 92 },
  { name: 'movement', title: 'column.movement', min: 100, always: true },
  // Where there is little room the references go: they stand in the operations too.
  { name: 'reference', title: 'column.reference', min: 60, width: 140, room: 640 },
  { name: 'amount', title: 'column.amount', number: true, min: 70, width: 96 },
  { name: 'balance', title: 'column.balance', number: true, min: 70, width: 96 },
];

/** The columns of every card's movements, and their order. */
export const movementColumns = new ListColumns<MovementColumn>('movements', COLUMNS, { gap: 12, padding: 20 });

/** The order in which the gateway's movements are shown. */
export const NEWEST_FIRST: ListOrder<MovementColumn> = { by: 'date', isDescending: true };

/** What a row is called: the shop of a payment, else what moved the balance and the text that came with it. */
export function movementTitle(row: MovementRow): { main: string; more: string } {
  const description = row.description ?? '';
  if (row.kind === 'payment' && description !== '') return { main: description, more: '' };
  if (row.kind === 'other') return { main: description === '' ? row.kindWord : description, more: '' };
  return { main: t(MOVEMENT_KIND[row.kind]), more: description === '' ? '' : ` · ${description}` };
}

const SORTED_BY: Record<MovementColumn, (row: MovementRow) => SortKey | null> = {
  date: (row) => instantKey(row.at),
  movement: (row) => movementTitle(row).main,
  reference: (row) => row.reference,
  amount: (row) => toTenThousandths(row.amount),
  balance: (row) => (row.balance === null ? null : toTenThousandths(row.balance)),
};

/** The rows in an order; they come, and equals stay, with the newest first. */
export function sortedMovements(
  newestFirst: readonly MovementRow[],
  { by, isDescending }: ListOrder<MovementColumn>,
): readonly MovementRow[] {
  // The gateway's own order among movements of one moment is the one in which balances follow.
  if (by === 'date') return isDescending ? newestFirst : newestFirst.toReversed();
  return sortRows(newestFirst, SORTED_BY[by], isDescending);
}

/** The amount with its sign, where it has one, and with its currency, where that is not the card's. */
function amountText(row: MovementRow, currency: string | null): string {
  const amount = row.direction === 'unknown' ? show.amount(row.amount) : show.signed(row.amount);
  return row.currency !== null && row.currency !== currency ? `${amount}${NO_BREAK}${row.currency}` : amount;
}

/** What stands in a column, as on screen, of a card in this currency. */
export function movementCell(row: MovementRow, column: MovementColumn, currency: string | null): string {
  switch (column) {
    case 'date':
      return show.instant(row.at);
    case 'movement': {
      const { main, more } = movementTitle(row);
      return main + more;
    }
    case 'reference':
      return row.reference ?? '—';
    case 'amount':
      return amountText(row, currency);
    case 'balance':
      return row.balance === null ? '—' : show.amount(row.balance);
  }
}

/** About the pixels of a character: of figures, and of a reference's capitals, which are the widest. */
const FIGURE_WIDTH = 7.4;
const CAPITAL_WIDTH = 8.9;
/** Pixels that a title needs with the mark of its order, and that a reference gets at most. */
const FIGURES_LEAST = 72;
const REFERENCE_LEAST = 92;
const REFERENCE_MOST = 200;

/** What amounts, balances and references need and no more: all else is the movement's, whose words are the longest. */
export function movementWidths(
  rows: readonly MovementRow[],
  currency: string | null,
): Record<'reference' | 'amount' | 'balance', number> {
  const longest = (column: MovementColumn) =>
    rows.reduce((most, row) => Math.max(most, movementCell(row, column, currency).length), 0);
  const figures = (column: MovementColumn) => Math.max(FIGURES_LEAST, Math.ceil(longest(column) * FIGURE_WIDTH) + 4);
  const reference = Math.ceil(longest('reference') * CAPITAL_WIDTH) + 4;
  return {
    reference: Math.min(Math.max(reference, REFERENCE_LEAST), REFERENCE_MOST),
    amount: figures('amount'),
    balance: figures('balance'),
  };
}

/**
 * Rows to copy: as on screen, but amounts as exact digits with their currency in a column of its own, and dates that a
 * spreadsheet program reads.
 */
export function movementRows(
  rows: readonly MovementRow[],
  columns: ReadonlyArray<Column<MovementColumn>>,
  currency: string | null,
): CopiedTable {
  const cell = (row: MovementRow, column: MovementColumn): string => {
    if (column === 'date') return show.instantForFile(row.at);
    if (column === 'amount') return row.amount;
    if (column === 'balance') return row.balance ?? '';
    return movementCell(row, column, currency);
  };
  return {
    titles: [...columns.map(({ title }) => t(title)), t('column.currency')],
    rows: rows.map((row) => [...columns.map(({ name }) => cell(row, name)), row.currency ?? currency ?? '']),
  };
}
