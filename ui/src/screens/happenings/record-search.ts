// The record is searched where it is kept, by what stands in it letter for letter. Whoever types a word leaves its accents out,
// and looks for a transfer by its two cards and whose they are, which come with its row only. So a text with a letter in it is
// looked for here, in all the rows; and so are transfers, beside what has a figure in it.

import { backend, type HappeningsPage, type HappeningsRequest, type HappeningView } from '$lib/backend';
import { foldForSearch } from '$lib/i18n/fold';
import { transferWay } from '$lib/i18n/transfer-way';

/** The most rows that the shell gives at once. */
export const MOST_ROWS = 200;

/** Whether the record itself has the text in a row, or the row is of an action whose words have it. */
function isInRecord(row: HappeningView, { text, textActions }: HappeningsRequest): boolean {
  const wanted = foldForSearch(text);
  const told = [row.operator, row.reference, row.serial, row.detail];
  return textActions.includes(row.action) || told.some((part) => foldForSearch(part ?? '').includes(wanted));
}

/** Whether every word that was typed stands in between whom it went, or in what one of the cards is called. */
export function isBetween({ sides }: HappeningView, typed: string): boolean {
  if (!sides) return false;
  const aliases = [sides.from, sides.to].map(({ known }) => known?.alias ?? '');
  const told = foldForSearch([transferWay(sides), ...aliases].join(' '));
  return foldForSearch(typed)
    .split(/[\s•,]+/)
    .every((word) => told.includes(word));
}

/** What is asked for, so that everything in which the text can be found comes with it. */
function widened(request: HappeningsRequest): HappeningsRequest {
  if (/\p{L}/u.test(request.text)) return { ...request, text: '', textActions: [] };
  return { ...request, textActions: [...request.textActions, 'funds_transferred'] };
}

/** What has the text in it, whatever its accents, with the transfers of whoever was `typed`, as far as it `isWanted`. */
export async function happeningsWith(
  request: HappeningsRequest,
  typed: string,
  isWanted: () => boolean,
): Promise<HappeningsPage> {
  if (request.text === '') return backend.happenings(request);
  const asked = widened(request);
  const rows: HappeningView[] = [];
  let { before } = request;
  let hasOlder = true;
  while (hasOlder && rows.length < request.limit && isWanted()) {
    const page = await backend.happenings({ ...asked, before, limit: MOST_ROWS });
    rows.push(...page.rows.filter((row) => isInRecord(row, request) || isBetween(row, typed)));
    before = page.rows.at(-1)?.number ?? before;
    hasOlder = page.hasOlder;
  }
  return { rows: rows.slice(0, request.limit), hasOlder: hasOlder || rows.length > request.limit };
}
