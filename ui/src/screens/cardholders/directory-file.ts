// The directory for a spreadsheet: as a file of everyone who matches, in the order of the list, which Rust reads and
// writes; and as rows to copy, which look as on screen. Both are titled in the operator's language.

import { backend, type CardholderRow, type CardState, type DirectoryColumn, type DirectoryQuery } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { t } from '$lib/i18n/index.svelte';
import type { Column } from '$lib/list/columns.svelte';
import type { CopiedTable } from '$lib/list/table-text';
import { CARD_STATE, DIRECTORY_COLUMN, DOCUMENT_TYPE } from '$lib/i18n/words';
import { savingTable } from '$lib/list/save-table';
import { shownCard } from './meant-cards';

const COLUMNS: readonly DirectoryColumn[] = ['name', 'document', 'phone', 'email', 'last_four', 'card_state'];

export async function saveDirectory(query: DirectoryQuery): Promise<void> {
  const entries = <Word extends string, Text>(words: Record<Word, Text>) =>
    Object.entries(words) as Array<[Word, Text]>;
  await savingTable(() =>
    backend.saveDirectory({
      name: t('screen.cardholders'),
      query,
      columns: COLUMNS.map((column) => ({ column, title: t(DIRECTORY_COLUMN[column]) })),
      cardsTitle: t('column.cards'),
      documentTypes: Object.fromEntries(entries(DOCUMENT_TYPE).map(([word, text]) => [word, t(text)])),
      cardStates: Object.fromEntries(entries(CARD_STATE).map(([state, { text }]) => [state, t(text)])) as Record<
        CardState,
        string
      >,
    }),
  );
}

/** `DPI 2987 41203 0101`; nothing for whoever has none. */
function documentText({ documentType, documentNumber }: CardholderRow): string {
  if (documentNumber === null) return '';
  return documentType === null ? documentNumber : `${t(DOCUMENT_TYPE[documentType])} ${documentNumber}`;
}

/** What stands in a column: as on screen, for the card that was typed or else the newest. */
export function directoryCell(row: CardholderRow, column: DirectoryColumn, typed: string): string {
  const card = shownCard(row.cards, typed);
  switch (column) {
    case 'name':
      return row.displayName;
    case 'document':
      return documentText(row);
    case 'email':
      return row.username;
    case 'phone':
      return row.phoneNumber;
    case 'last_four':
      return card ? formatLastFour(card.lastFour) : '';
    case 'card_state':
      return card ? t(CARD_STATE[card.state].text) : '';
  }
}

/** Rows with the columns that are shown, as they stand in the list that was found by what was typed. */
export function directoryRows(
  rows: readonly CardholderRow[],
  columns: ReadonlyArray<Column<DirectoryColumn>>,
  typed: string,
): CopiedTable {
  return {
    titles: columns.map(({ title }) => t(title)),
    rows: rows.map((row) => columns.map(({ name }) => directoryCell(row, name, typed))),
  };
}
