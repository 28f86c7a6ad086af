// The directory as a file for a spreadsheet: everyone who matches, in the order of the list, titled in the operator's
// language. Rust reads the rows and writes the file.

import { backend, type CardState, type DirectoryColumn, type DirectoryQuery } from '$lib/backend';
import { t } from '$lib/i18n/index.svelte';
import { CARD_STATE, DIRECTORY_COLUMN, DOCUMENT_TYPE } from '$lib/i18n/words';
import { savingTable } from '$lib/list/save-table';

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
