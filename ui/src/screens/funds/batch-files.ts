// The files that a batch gives back: what became of every row, and the rows that moved nothing, under the titles of the
// file that they came from, so that they can be mended there and loaded again.

import type { BatchRows, BatchRowView, BatchView, TableToSave } from '$lib/backend';
import { reasonOf } from '$lib/i18n/causes';
import { problemText } from '$lib/i18n/errors';
import { t } from '$lib/i18n/index.svelte';
import { rowStanding } from './batch-words';

/** Why a row stands where it stands: its problems, or the gateway's reason. */
export function rowReason(row: BatchRowView): string {
  if (row.problems.length > 0) return row.problems.map((problem) => problemText(problem, row.currency)).join('. ');
  if (row.state === 'applied') return '';
  return reasonOf(row)?.text ?? '';
}

/** Every row, with what became of it. */
export function resultTable(batch: BatchView, { titles, rows }: BatchRows): TableToSave {
  const ours = [
    t('batch.column.line'),
    t('batch.column.state'),
    t('field.reference'),
    t('batch.column.movement'),
    t('batch.column.reason'),
  ];
  return {
    name: t('batch.file.result', { number: batch.number }),
    titles: [...titles, ...ours],
    rows: rows.map((row) => [
      ...row.cells,
      String(row.line),
      t(rowStanding(row).text),
      row.reference ?? '',
      row.movementId ?? '',
      rowReason(row),
    ]),
  };
}

/** The rows that moved nothing and never will by themselves, as they stand in their file, with the reason beside them. */
export function toMendTable(batch: BatchView, { titles, rows }: BatchRows): TableToSave {
  return {
    name: t('batch.file.to_mend', { number: batch.number }),
    titles: [...titles, t('batch.column.reason')],
    rows: rows.filter((row) => row.isToMend).map((row) => [...row.cells, rowReason(row) || t(rowStanding(row).text)]),
  };
}

/** An empty file with the titles that the desk knows. */
export function templateTable(): TableToSave {
  return {
    name: t('batch.file.template'),
    titles: [t('batch.template.card'), t('field.operation'), t('field.amount'), t('batch.template.note')],
    rows: [],
  };
}
