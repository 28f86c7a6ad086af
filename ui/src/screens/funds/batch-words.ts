// What a batch, its rows and their states are called.

import type {
  BatchPhase,
  BatchRowCheck,
  BatchRowState,
  BatchRowView,
  BatchSeparator,
  BatchStop,
  BatchVerdict,
  Field,
} from '$lib/backend';
import { show, type MessageKey } from '$lib/i18n/index.svelte';
import type { Worded } from '$lib/i18n/words';

/** An amount as people read it; without its currency where the row's card is not known. */
export function amountText({
  amount,
  currency,
}: {
  amount: string | null;
  currency: string | null;
}): string | undefined {
  if (amount === null) return undefined;
  return currency === null ? show.amount(amount) : show.money(amount, currency);
}

/** By what a row can name its card. */
export const CARD_FIELDS: readonly Field[] = ['cardId', 'lastFour', 'documentNumber'];

/** What a row says in a field that was not understood, as it stands. */
export function given(row: BatchRowCheck | undefined, ...fields: readonly Field[]): string | undefined {
  return row?.given.find((cell) => fields.includes(cell.field) && cell.text.trim() !== '')?.text;
}

/** Whose card a row is of. */
interface RowCard {
  lastFour: string | null;
  holder: string | null;
}

/** The card of a row, as its batch or its check knows it. */
export function rowCard(row: BatchRowView, checked: BatchRowCheck | undefined): RowCard | undefined {
  return [row, checked].find((each) => each?.lastFour != null);
}

/** The amount of a row, as its batch or its check knows it; what could not be read, as it stands. */
export function rowAmount(row: BatchRowView, checked: BatchRowCheck | undefined): string | undefined {
  return amountText(row) ?? (checked && (amountText(checked) ?? given(checked, 'amount')));
}

/** What stands in a row's cells, under the titles of its file. */
export function rowCells(row: BatchRowView, titles: readonly string[]): Array<{ title: string; text: string }> {
  return row.cells
    .map((text, index) => ({ title: titles[index] ?? '', text }))
    .filter(({ text }) => text.trim() !== '');
}

export const BATCH_PHASE: Record<BatchPhase, Worded> = {
  running: { text: 'batch.phase.running', tone: 'info' },
  pausing: { text: 'batch.phase.pausing', tone: 'info' },
  cancelling: { text: 'batch.phase.cancelling', tone: 'info' },
  paused: { text: 'batch.phase.paused', tone: 'warn' },
  cancelled: { text: 'batch.phase.cancelled', tone: 'plain' },
  finished: { text: 'batch.phase.finished', tone: 'good' },
};

export const BATCH_STOP: Record<BatchStop, MessageKey> = {
  asked: 'batch.stop.asked',
  unanswered: 'batch.stop.unanswered',
  held: 'batch.stop.held',
  failed: 'batch.stop.failed',
};

export const ROW_STATE: Record<BatchRowState, Worded> = {
  waiting: { text: 'batch.row.waiting', tone: 'plain' },
  underway: { text: 'batch.row.underway', tone: 'info' },
  applied: { text: 'batch.row.applied', tone: 'good' },
  refused: { text: 'batch.row.refused', tone: 'bad' },
  not_sent: { text: 'batch.row.not_sent', tone: 'info' },
  unknown: { text: 'batch.row.unknown', tone: 'warn' },
  not_applied: { text: 'batch.row.not_applied', tone: 'plain' },
  left_out: { text: 'batch.row.left_out', tone: 'warn' },
};

const CONTRADICTED: Worded = { text: 'batch.row.contradicted', tone: 'bad' };

/** What became of a row: where the gateway shows what a person said was not done, that and not the person's word alone. */
export function rowStanding({ state, isContradicted }: Pick<BatchRowView, 'state' | 'isContradicted'>): Worded {
  return isContradicted ? CONTRADICTED : ROW_STATE[state];
}

/** How many rows stand where: those that are contradicted count for themselves, as they are told. */
export function standings(
  counts: Record<BatchRowState, number>,
  rows: readonly Pick<BatchRowView, 'state' | 'isContradicted'>[],
): Array<{ word: BatchRowState | 'contradicted'; count: number; standing: Worded }> {
  const contradicted = rows.filter(({ isContradicted }) => isContradicted);
  const told = (Object.entries(counts) as Array<[BatchRowState, number]>).map(([state, count]) => ({
    word: state,
    count: count - contradicted.filter((row) => row.state === state).length,
    standing: ROW_STATE[state],
  }));
  return [...told, { word: 'contradicted' as const, count: contradicted.length, standing: CONTRADICTED }].filter(
    ({ count }) => count > 0,
  );
}

export const VERDICT: Record<BatchVerdict, Worded> = {
  ready: { text: 'batch.verdict.ready', tone: 'good' },
  doubtful: { text: 'batch.verdict.doubtful', tone: 'warn' },
  refused: { text: 'batch.verdict.refused', tone: 'bad' },
};

export const SEPARATOR: Record<BatchSeparator, MessageKey> = {
  comma: 'batch.separator.comma',
  semicolon: 'batch.separator.semicolon',
  tab: 'batch.separator.tab',
};
