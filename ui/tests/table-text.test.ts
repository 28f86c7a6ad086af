// What is copied from a list: a table for spreadsheets and documents, and nothing in it that either would run.
import { describe, expect, it } from 'vitest';
import { copyFrom } from '../src/lib/list/copying';
import { tableAsMarkup, tableAsText, type CopiedTable } from '../src/lib/list/table-text';

const table: CopiedTable = {
  titles: ['Tarjetahabiente', 'Monto'],
  rows: [
    ['Núñez, "Pepe"\tO’Neill\nhijo', '-157.50'],
    ['=HYPERLINK("http://x")', '+502 5512'],
    ['<img src=x onerror=alert(1)> & co', '•••• 4417'],
  ],
};

describe('a copied table', () => {
  it('is one line for each row and one tab between cells, whatever stands in them', () => {
    const lines = tableAsText(table).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.map((line) => line.split('\t').length)).toEqual([2, 2, 2, 2]);
    expect(lines[1]).toBe('Núñez, "Pepe" O’Neill hijo\t-157.50');
  });

  it('has no cell that a spreadsheet program runs, and plain numbers as they are', () => {
    const cells = tableAsText(table).split(/[\t\n]/);
    expect(cells).toContain('\'=HYPERLINK("http://x")');
    expect(cells).toContain("'+502 5512");
    expect(cells).toContain('-157.50');
  });

  it('is a table of a document, in which names are only text', () => {
    const page = new DOMParser().parseFromString(tableAsMarkup(table), 'text/html');
    const text = (selector: string) => [...page.querySelectorAll(selector)].map((cell) => cell.textContent);
    expect(text('th')).toEqual(table.titles);
    expect(text('td')).toContain('<img src=x onerror=alert(1)> & co');
    expect(page.querySelector('img')).toBeNull();
  });
});

describe('copying', () => {
  function copying(): { types: Map<string, string>; taken: boolean } {
    const types = new Map<string, string>();
    const event = new Event('copy', { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { setData: (type: string, text: string) => types.set(type, text) } });
    document.body.dispatchEvent(event);
    return { types, taken: event.defaultPrevented };
  }

  it('takes the chosen rows while the list has the focus, and leaves everything else alone', () => {
    const list = document.createElement('div');
    list.tabIndex = 0;
    document.body.append(list);
    let chosen: CopiedTable | undefined = table;
    const stop = copyFrom(list, () => chosen);
    expect(copying().taken).toBe(false);
    list.focus();
    const { types, taken } = copying();
    expect(taken).toBe(true);
    expect(types.get('text/plain')).toBe(tableAsText(table));
    expect(types.get('text/html')).toBe(tableAsMarkup(table));
    chosen = undefined;
    expect(copying().taken).toBe(false);
    chosen = table;
    stop();
    expect(copying().taken).toBe(false);
  });
});
