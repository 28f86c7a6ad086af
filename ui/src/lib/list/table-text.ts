// Rows as a table on the clipboard: tab-separated for spreadsheets and plain text, and as HTML for documents. Nothing in
// it that a spreadsheet program would run: the same rule as for the files (`table_file.rs`).

/** What is copied: a title for each column and, in every row, a cell for each. */
export interface CopiedTable {
  titles: readonly string[];
  rows: ReadonlyArray<readonly string[]>;
}

/** Spaces before it do not keep some programs from taking a formula for one, nor do the wide forms of the signs. */
const FORMULA = /^[ \u00a0\u3000\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const PLAIN_NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;

/** A cell that no spreadsheet program runs: an apostrophe before it tells them that it is text. */
function harmless(cell: string): string {
  return FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell;
}

const MARKUP: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function asText(cell: string): string {
  return harmless(cell).replace(/[\t\r\n]+/g, ' ');
}

function asMarkup(cell: string): string {
  return harmless(cell).replace(/[&<>"']/g, (sign) => MARKUP[sign] ?? sign);
}

/** Tab-separated, one line for each row, the titles first. */
export function tableAsText({ titles, rows }: CopiedTable): string {
  return [titles, ...rows].map((row) => row.map(asText).join('\t')).join('\n');
}

/** The same as a table of a document. */
export function tableAsMarkup({ titles, rows }: CopiedTable): string {
  const line = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${asMarkup(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => line(row, 'td')).join('');
  return `<table><thead>${line(titles, 'th')}</thead><tbody>${body}</tbody></table>`;
}
