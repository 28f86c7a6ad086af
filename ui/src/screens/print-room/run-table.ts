// The lists of runs, and of one run's inserts, for a spreadsheet; and what stands in their cells.

import type { PrintRunView, RunInsertRow, RunRow, TableToSave } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { show, t } from '$lib/i18n/index.svelte';
import { voidReasonText } from '$lib/i18n/void-reason';
import type { Column } from '$lib/list/columns.svelte';
import type { CopiedTable } from '$lib/list/table-text';

export type RunColumn = 'run' | 'made' | 'operator' | 'inserts' | 'pages' | 'sent_to';
export type InsertColumn = 'serial' | 'name' | 'last_four' | 'page' | 'state';

/** Where a run went: the file's own name, or the printer. */
export function destination(run: Pick<RunRow, 'path' | 'printer'>): string {
  return run.path?.split(/[\\/]/).at(-1) ?? run.printer ?? '—';
}

/** What a run came to. What was saved is not on paper yet, and is not told as if it were. */
export function runDone({ number, inserts, sentTo }: Pick<PrintRunView, 'number' | 'inserts' | 'sentTo'>): string {
  return t(sentTo === 'file' ? 'run.done_file' : 'run.done_printer', { number, count: inserts });
}

/** How many pages `3-5, 9` are. */
export function pageCount(pages: string): number {
  return pages.split(',').reduce((sum, range) => {
    const [first, last] = range.split('-').map(Number);
    return sum + (last ?? first ?? 0) - (first ?? 0) + 1;
  }, 0);
}

export function runCell(run: RunRow, column: RunColumn): string {
  switch (column) {
    case 'run':
      return run.number;
    case 'made':
      return run.endedAt ? show.instant(run.endedAt) : '—';
    case 'operator':
      return run.operator;
    case 'inserts':
      return show.count(run.inserts);
    case 'pages':
      return run.pages === null ? '—' : show.count(run.pages);
    case 'sent_to':
      return run.state === 'discarded' ? t('run.discarded') : destination(run);
  }
}

export function insertCell(insert: RunInsertRow, column: InsertColumn): string {
  switch (column) {
    case 'serial':
      return insert.serial;
    case 'name':
      return insert.displayName;
    case 'last_four':
      return insert.lastFour ? formatLastFour(insert.lastFour) : '—';
    case 'page':
      return insert.page === null ? '—' : show.count(insert.page);
    case 'state':
      return t(insert.state === 'voided' ? 'insert.state.voided' : 'insert.state.printed');
  }
}

export function runRows(runs: readonly RunRow[], columns: ReadonlyArray<Column<RunColumn>>): CopiedTable {
  return {
    titles: columns.map(({ title }) => t(title)),
    rows: runs.map((run) => columns.map(({ name }) => runCell(run, name))),
  };
}

export function runsTable(runs: readonly RunRow[]): TableToSave {
  return {
    name: t('runs.label'),
    titles: [
      t('column.run'),
      t('column.run_made'),
      t('column.operator'),
      t('column.inserts'),
      t('column.pages'),
      t('column.file_or_printer'),
    ],
    rows: runs.map((run) => [
      run.number,
      run.endedAt ? show.instantForFile(run.endedAt) : '',
      run.operator,
      String(run.inserts),
      run.pages === null ? '' : String(run.pages),
      run.state === 'discarded' ? t('run.discarded') : destination(run),
    ]),
  };
}

export function insertRows(
  inserts: readonly RunInsertRow[],
  columns: ReadonlyArray<Column<InsertColumn>>,
): CopiedTable {
  return {
    titles: columns.map(({ title }) => t(title)),
    rows: inserts.map((insert) => columns.map(({ name }) => insertCell(insert, name))),
  };
}

export function insertsTable(number: string, inserts: readonly RunInsertRow[]): TableToSave {
  return {
    name: t('run.inserts.label', { number }),
    titles: [
      t('column.serial'),
      t('column.cardholder'),
      t('column.card'),
      t('column.page'),
      t('column.state'),
      t('batch.column.reason'),
    ],
    rows: inserts.map((insert) => [
      insert.serial,
      insert.displayName,
      insert.lastFour ? formatLastFour(insert.lastFour) : '',
      insert.page === null ? '' : String(insert.page),
      insertCell(insert, 'state'),
      insert.voidReason === null ? '' : voidReasonText(insert.voidReason),
    ]),
  };
}
