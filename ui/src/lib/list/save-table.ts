// A list saved as a file for a spreadsheet; what came of it is said in the lower bar, with the file at hand.

import { work } from '$lib/app/work.svelte';
import type { SavedTable } from '$lib/backend';
import { asBackendError } from '$lib/backend/errors';
import { errorText } from '$lib/i18n/errors';
import { show, t } from '$lib/i18n/index.svelte';

export async function savingTable(save: () => Promise<SavedTable>): Promise<void> {
  try {
    const saved = await save();
    work.say(() => t('export.done', { count: saved.rows, rows: show.count(saved.rows) }), true, saved.path);
  } catch (thrown) {
    const error = asBackendError(thrown);
    work.say(() => errorText(error), false);
  }
}
