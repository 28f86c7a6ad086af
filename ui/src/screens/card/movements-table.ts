// A card's movements as a table for a spreadsheet: amounts as exact digits with the currency in a column of its own, the
// card by its last four digits only.

import type { MovementRow, MovementsView, TableToSave } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { show, t } from '$lib/i18n/index.svelte';
import { MOVEMENT_KIND } from '$lib/i18n/words';
import { periodFileName } from './period';

export function movementsTable(view: MovementsView, rows: readonly MovementRow[], lastFour: string): TableToSave {
  return {
    name: `${t('movements.title')} ${lastFour} ${periodFileName(view)}`,
    titles: [
      t('column.card'),
      t('column.date'),
      t('column.movement'),
      t('column.description'),
      t('column.reference'),
      t('column.amount'),
      t('column.balance'),
      t('column.currency'),
    ],
    rows: rows.map((row) => [
      formatLastFour(lastFour),
      show.instantForFile(row.at),
      row.kind === 'other' ? row.kindWord : t(MOVEMENT_KIND[row.kind]),
      row.description ?? '',
      row.reference ?? '',
      row.amount,
      row.balance ?? '',
      row.currency ?? view.currency ?? '',
    ]),
  };
}
