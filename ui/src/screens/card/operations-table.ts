// The operations of this desk on a card, in the order that was asked for, and as a table for a spreadsheet: exact
// amounts with the currency in a column of its own, the card by its last four digits only.

import type { OperationView, TableToSave } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { show, t, type MessageKey } from '$lib/i18n/index.svelte';
import { LINK_TO, NAMED_BY, OPERATION_KIND, OPERATION_STATE } from '$lib/i18n/words';
import { ListColumns, type Column } from '$lib/list/columns.svelte';
import { instantKey, sortRows, type ListOrder, type SortKey } from '$lib/list/sorting';
import { toTenThousandths } from './balance-plot';

export type OperationColumn = 'changed' | 'amount' | 'state' | 'kind';

const COLUMNS: ReadonlyArray<Column<OperationColumn>> = [
  { name: 'changed', title: 'column.date', min: 60 },
  { name: 'amount', title: 'column.amount', min: 60, number: true },
  { name: 'state', title: 'column.state', min: 60 },
  { name: 'kind', title: 'column.operation', min: 60 },
];

/** The order is kept like that of every list. */
export const operationColumns = new ListColumns<OperationColumn>('operations', COLUMNS, { gap: 8 });

export const NEWEST_FIRST: ListOrder<OperationColumn> = { by: 'changed', isDescending: true };

/** The orders on offer, by the word that the choice has for each. */
export const ORDERS: Record<string, { text: MessageKey; order: ListOrder<OperationColumn> }> = {
  newest: { text: 'operations.newest', order: NEWEST_FIRST },
  oldest: { text: 'operations.oldest', order: { by: 'changed', isDescending: false } },
  greatest: { text: 'operations.greatest', order: { by: 'amount', isDescending: true } },
  least: { text: 'operations.least', order: { by: 'amount', isDescending: false } },
  state: { text: 'operations.by_state', order: { by: 'state', isDescending: false } },
  kind: { text: 'operations.by_kind', order: { by: 'kind', isDescending: false } },
};

const SORTED_BY: Record<OperationColumn, (operation: OperationView) => SortKey | null> = {
  changed: (operation) => instantKey(operation.changedAt),
  amount: (operation) => (operation.amount === null ? null : toTenThousandths(operation.amount)),
  state: (operation) => t(OPERATION_STATE[operation.state].text),
  kind: (operation) => t(OPERATION_KIND[operation.kind]),
};

export function sortedOperations(
  operations: readonly OperationView[],
  { by, isDescending }: ListOrder<OperationColumn>,
): OperationView[] {
  return sortRows(operations, SORTED_BY[by], isDescending);
}

/** What it corrects, repeats or was followed by: both ends of a mistake are found from either. */
function linksText({ names, namedBy }: OperationView): string {
  const texts = [
    ...names.map(({ kind, reference }) => t(LINK_TO[kind], { reference })),
    ...namedBy.map(({ kind, reference }) => t(NAMED_BY[kind], { reference })),
  ];
  return texts.join('; ');
}

export function operationsTable(operations: readonly OperationView[], lastFour: string): TableToSave {
  return {
    name: `${t('operations.title')} ${lastFour}`,
    titles: [
      t('column.card'),
      t('column.reference'),
      t('column.operation'),
      t('column.amount'),
      t('column.currency'),
      t('column.state'),
      t('column.changed'),
      t('column.drafted'),
      t('column.operator'),
      t('column.note'),
      t('column.balance'),
      t('column.gateway_code'),
      t('column.links'),
    ],
    rows: operations.map((operation) => [
      formatLastFour(lastFour),
      operation.reference,
      t(OPERATION_KIND[operation.kind]),
      operation.amount ?? '',
      operation.currency ?? '',
      t(OPERATION_STATE[operation.state].text),
      show.instantForFile(operation.changedAt),
      show.instantForFile(operation.draftedAt),
      operation.operator,
      operation.note ?? '',
      operation.balanceAfter ?? '',
      operation.gatewayCode ?? '',
      linksText(operation),
    ]),
  };
}
