// The print room's lists for a spreadsheet: all rows as a file, and the chosen ones to copy as they look on screen.

import type { QueueFilter, QueueReason, QueueRow, TableToSave } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { show, t, type MessageKey } from '$lib/i18n/index.svelte';
import type { Column } from '$lib/list/columns.svelte';
import type { CopiedTable } from '$lib/list/table-text';
import type { QueueColumn } from './print-room.svelte';

/** Why a card needs an insert. */
export const QUEUE_REASON: Record<QueueReason, MessageKey> = {
  first: 'queue.reason.first',
  replacement: 'queue.reason.replacement',
  voided: 'queue.reason.voided',
};

/** What stands in a column, as on screen. */
export function queueCell(row: QueueRow, column: QueueColumn): string {
  switch (column) {
    case 'name':
      return row.displayName;
    case 'last_four':
      return formatLastFour(row.lastFour);
    case 'issued':
      return row.issuedAt ? show.instant(row.issuedAt) : '—';
    case 'reason':
      return row.reason ? t(QUEUE_REASON[row.reason]) : '—';
    case 'serial':
      return row.serial ?? '—';
    case 'printed':
      return row.printedAt ? show.instant(row.printedAt) : '—';
  }
}

export function queueRows(rows: readonly QueueRow[], columns: ReadonlyArray<Column<QueueColumn>>): CopiedTable {
  return {
    titles: columns.map(({ title }) => t(title)),
    rows: rows.map((row) => columns.map(({ name }) => queueCell(row, name))),
  };
}

/** Everything that is known of each row, with instants that a spreadsheet program reads. */
export function queueTable(rows: readonly QueueRow[], filter: QueueFilter): TableToSave {
  const instant = (at: string | null) => (at === null ? '' : show.instantForFile(at));
  return {
    name: filter === 'printed' ? t('queue.printed') : t('queue.needs_insert'),
    titles: [
      t('column.cardholder'),
      t('column.card'),
      t('column.issued'),
      t('column.queue_reason'),
      t('column.serial'),
      t('column.printed'),
    ],
    rows: rows.map((row) => [
      row.displayName,
      formatLastFour(row.lastFour),
      instant(row.issuedAt),
      row.reason ? t(QUEUE_REASON[row.reason]) : '',
      row.serial ?? row.voidedSerial ?? '',
      instant(row.printedAt),
    ]),
  };
}
