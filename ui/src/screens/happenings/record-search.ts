// The record is searched where it is kept, by what stands in it. Whoever looks for a transfer types one of its two cards or whose
// it is, which come with its row only: so all transfers are asked for beside what was found, and looked through here.

import {
  backend,
  type HappeningAction,
  type HappeningsPage,
  type HappeningsRequest,
  type HappeningView,
} from '$lib/backend';
import { foldForSearch } from '$lib/i18n/fold';
import { transferWay } from '$lib/i18n/transfer-way';
import { actionText } from './happening-detail';

/** The most rows that the shell gives at once. */
export const MOST_ROWS = 200;

const TRANSFERRED: HappeningAction = 'funds_transferred';
const INSERT_MADE: HappeningAction = 'insert_printed';

/** Whether the record itself has the text in a row. */
function isInRecord(row: HappeningView, { text }: HappeningsRequest): boolean {
  const wanted = foldForSearch(text);
  const told = [row.operator, row.reference, row.serial, row.detail, row.note];
  return told.some((part) => foldForSearch(part ?? '').includes(wanted));
}

/** Whether the words that it is shown in have the text. */
function isTold(row: HappeningView, typed: string): boolean {
  return foldForSearch(actionText(row)).includes(foldForSearch(typed.trim()));
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

/** What has the text in it, whatever its accents, with the transfers of whoever was `typed`, as far as it `isWanted`. */
export async function happeningsWith(
  request: HappeningsRequest,
  typed: string,
  isWanted: () => boolean,
): Promise<HappeningsPage> {
  if (request.text === '') return backend.happenings(request);
  const asked = { ...request, textActions: [...request.textActions, TRANSFERRED] };
  const isEachFound = request.textActions.includes(TRANSFERRED);
  const isFound = (row: HappeningView) => {
    // All that were made come where one of their words has the text: each is told in the words of where it went.
    if (row.action === INSERT_MADE) return isTold(row, typed) || isInRecord(row, request);
    return row.action !== TRANSFERRED || isEachFound || isInRecord(row, request) || isBetween(row, typed);
  };
  const rows: HappeningView[] = [];
  let { before } = request;
  let hasOlder = true;
  while (hasOlder && rows.length < request.limit && isWanted()) {
    const page = await backend.happenings({ ...asked, before, limit: MOST_ROWS });
    rows.push(...page.rows.filter(isFound));
    before = page.rows.at(-1)?.number ?? before;
    hasOlder = page.hasOlder;
  }
  return { rows: rows.slice(0, request.limit), hasOlder: hasOlder || rows.length > request.limit };
}
