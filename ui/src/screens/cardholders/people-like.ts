// Who is meant by what was typed: the desk's own directory, asked for a few.

import { backend, type CardholderRow } from '$lib/backend';

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
