// The operations on a card: in the order that was asked for, and as a table with exact amounts.
import { describe, expect, it } from 'vitest';
import { operationsTable, ORDERS, sortedOperations } from '../src/screens/card/operations-table';
import { operationView as operation } from './records';

const all = [
  operation('CD-1', { amount: '99.5', changedAt: '2026-03-05T16:04:00.250Z' }),
  operation('CD-2', { amount: '1250', changedAt: '2026-03-05T16:04:00Z', kind: 'withdrawal' }),
  operation('CD-3', { amount: null, kind: 'issue', changedAt: '2026-03-06T00:00:00Z', state: 'unknown' }),
];
const by = (word: string) =>
  sortedOperations(all, ORDERS[word]?.order ?? { by: 'changed', isDescending: true }).map((each) => each.reference);

describe('the operations on a card', () => {
  it('are sorted by time or by worth', () => {
    expect(by('newest')).toEqual(['CD-3', 'CD-1', 'CD-2']);
    expect(by('oldest')).toEqual(['CD-2', 'CD-1', 'CD-3']);
    expect(by('greatest')).toEqual(['CD-2', 'CD-1', 'CD-3']);
    expect(by('least')).toEqual(['CD-1', 'CD-2', 'CD-3']);
  });

  it('make a table with exact amounts, ISO dates, and no more of the card than its last four digits', () => {
    const table = operationsTable(all, '4417');
    expect(table.rows[0]).toEqual(expect.arrayContaining(['CD-1', '99.5', 'GTQ', '2026-03-05 10:04:00', 'ana']));
    const mistake = operation('CD-4', { namedBy: [{ kind: 'corrects', reference: 'CD-5', reason: 'dos veces' }] });
    expect(operationsTable([mistake], '4417').rows[0]?.at(-1)).toContain('CD-5');
    expect(table.rows.map((row) => row.length)).toEqual([1, 1, 1].map(() => table.titles.length));
    expect(JSON.stringify(table)).not.toContain('9007199254740993');
  });
});
