// Movements leave for a spreadsheet with their exact amounts, and with no more of a card than its last four digits.
import { describe, expect, it } from 'vitest';
import type { MovementsView } from '../src/lib/backend';
import { movementsTable } from '../src/screens/card/movements-table';

const view: MovementsView = {
  cardId: '9007199254740993',
  from: { year: 2026, month: 1 },
  until: { year: 2026, month: 3 },
  beginsAt: '2026-03-01T06:00:00Z',
  endsAt: '2026-04-01T06:00:00Z',
  currency: 'GTQ',
  rows: [
    {
      movementId: 'm-1',
      at: '2026-03-05T16:04:00Z',
      kind: 'payment',
      kindWord: 'PAYMENT',
      description: '=HYPERLINK("http://x")',
      reference: null,
      isOurs: false,
      direction: 'out',
      currency: null,
      amount: '-1234567890123.4501',
      balance: null,
      isBalanceComputed: false,
    },
  ],
  totals: [],
  opening: null,
  closing: null,
  check: { state: 'not_checked' },
  fetchedAt: '2026-03-06T00:00:00Z',
};

describe('a table of movements', () => {
  const table = movementsTable(view, view.rows, '0417');
  it('has exact amounts, and the currency in a column of its own', () => {
    expect(table.rows[0]?.slice(4)).toEqual(['', '-1234567890123.4501', '', 'GTQ']);
    const foreign = movementsTable(
      view,
      view.rows.map((row) => ({ ...row, currency: 'USD' })),
      '0417',
    );
    expect(foreign.rows[0]?.at(-1)).toBe('USD');
    expect(table.titles).toHaveLength(table.rows[0]?.length ?? 0);
  });
  it('has dates that a spreadsheet program reads, in the issuer’s time zone', () => {
    expect(table.rows[0]?.[1]).toBe('2026-03-05 10:04:00');
  });
  it('names the card by its last four digits, and the months', () => {
    expect(table.rows[0]?.[0]).toMatch(/^••••\s0417$/);
    expect(table.name).toMatch(/0417 2026-01 a 2026-03$/);
    expect(JSON.stringify(table)).not.toContain(view.cardId);
  });
});
