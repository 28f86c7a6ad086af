// Who is meant by what was typed: the desk's own directory, asked for a few.

import { backend, type CardholderRow } from '$lib/backend';
import { foldForSearch } from '$lib/i18n/fold';

/** As many as are worth reading in a list below a field. */
const MOST = 20;

/** Those whose name, document, phone, e-mail or last four begin like a text. */
export interface PeopleFound {
  rows: CardholderRow[];
  /** How many there are beyond the rows. */
  left: number;
}

/** The first people who match, and how many more do. */
export async function peopleFound(text: string, most = MOST): Promise<PeopleFound> {
  const page = await backend.directory({
    text,
    filter: 'all',
    order: { by: 'name', isDescending: false },
    offset: 0,
    limit: most,
    locate: null,
  });
  return { rows: page.rows, left: Math.max(page.matched - page.rows.length, 0) };
}

/** The people whose name, document, phone, e-mail or last four begin like this. */
export async function peopleLike(text: string): Promise<CardholderRow[]> {
  return (await peopleFound(text)).rows;
}

/** A document's number as it is found, whatever stands between its digits and letters; nothing where it has none. */
export function documentKey(number: string): string {
  return foldForSearch(number).replace(/[^\p{L}\p{N}]/gu, '');
}

/** What the people are called who have the document with this number. */
export async function holdersOfDocument(number: string): Promise<string[]> {
  const key = documentKey(number);
  const rows = key === '' ? [] : await peopleLike(key);
  return rows.filter((row) => documentKey(row.documentNumber ?? '') === key).map((row) => row.displayName);
}
