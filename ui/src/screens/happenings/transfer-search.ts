// A transfer is found by its two cards and whose they are. The record that is searched has only its figures; between whom it
// went comes with its row. So every transfer is asked for beside what has the text in it, and those without it are left out here.

import { backend, type HappeningsPage, type HappeningsRequest, type HappeningView } from '$lib/backend';
import { foldForSearch } from '$lib/i18n/fold';
import { transferWay } from '$lib/i18n/transfer-way';

/** The most rows that the shell gives at once. */
export const MOST_ROWS = 200;

/** Whether the record itself has the text in a row: then the shell gives it in any case. */
function isInRecord(row: HappeningView, { text, textActions }: HappeningsRequest): boolean {
  const wanted = text.toLowerCase();
  const told = [row.operator, row.reference, row.serial, row.detail];
  return textActions.includes(row.action) || told.some((part) => part?.toLowerCase().includes(wanted) === true);
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

/** What has the text in it, with the transfers of whoever was `typed`, as far as it `isWanted`. */
export async function happeningsWithTransfers(
  request: HappeningsRequest,
  typed: string,
  isWanted: () => boolean,
): Promise<HappeningsPage> {
  if (request.text === '' || request.textActions.includes('funds_transferred')) return backend.happenings(request);
  const textActions = [...request.textActions, 'funds_transferred' as const];
  const rows: HappeningView[] = [];
  let { before } = request;
  let hasOlder = true;
  while (hasOlder && rows.length < request.limit && isWanted()) {
    const page = await backend.happenings({ ...request, before, textActions, limit: MOST_ROWS });
    rows.push(...page.rows.filter((row) => isInRecord(row, request) || isBetween(row, typed)));
    before = page.rows.at(-1)?.number ?? before;
    hasOlder = page.hasOlder;
  }
  return { rows: rows.slice(0, request.limit), hasOlder: hasOlder || rows.length > request.limit };
}
