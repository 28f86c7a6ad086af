// Who is meant by what was typed: the desk's own directory, asked for a few.

import { backend, type CardholderRow } from '$lib/backend';

/** As many as are worth reading in a list below a field. */
const MOST = 20;

/** The people whose name, document, phone, e-mail or last four begin like this. */
export async function peopleLike(text: string): Promise<CardholderRow[]> {
  const page = await backend.directory({
    text,
    filter: 'all',
    order: { by: 'name', isDescending: false },
    offset: 0,
    limit: MOST,
    locate: null,
  });
  return page.rows;
}
