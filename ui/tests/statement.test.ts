// The filter, the sums and the statement: exact, in words, and honest about what does not agree.
import { describe, expect, it } from 'vitest';
import type { CardView, MovementRow, MovementsView } from '../src/lib/backend';
import { checkText, disagrees } from '../src/screens/card/balance-check';
import { EVERYTHING, filteredMovements, sums } from '../src/screens/card/movements-filter';
import { statementOf } from '../src/screens/card/statement';

const row = (id: string, change: Partial<MovementRow>): MovementRow => ({
  movementId: id,
  at: '2026-03-05T16:04:00Z',
  kind: 'payment',
  kindWord: 'PAYMENT',
  description: 'Panadería Ñuñoa',
  reference: null,
  isOurs: false,
  direction: 'out',
  currency: 'GTQ',
  amount: '-157.5001',
  balance: '842.4999',
  isBalanceComputed: false,
  ...change,
});
const rows = [
  row('c', { kind: 'other', kindWord: 'HOLD', description: null, direction: 'unknown', amount: '70', balance: null }),
  row('b', {}),
  row('a', {
    kind: 'load',
    description: 'Viáticos',
    direction: 'in',
    amount: '1000',
    balance: '1000',
    reference: 'CD-1',
  }),
];
const view: MovementsView = {
  cardId: '9007199254740993',
  from: { year: 2026, month: 1 },
  until: { year: 2026, month: 3 },
  beginsAt: '2026-01-01T06:00:00Z',
  endsAt: '2026-04-01T06:00:00Z',
  currency: 'GTQ',
  rows,
  totals: [
    { currency: 'GTQ', credits: '1000.00', debits: '157.5001' },
    { currency: 'USD', credits: '0.00', debits: '3.00' },
  ],
  opening: '0.00',
  closing: '842.4999',
  check: { state: 'agrees' },
  fetchedAt: '2026-03-06T00:00:00Z',
};
const card = {
  card: { lastFour: '4417', alias: 'Viáticos' },
  cardholderDisplayName: 'Núñez, Lucía',
  cardholderDocument: 'DPI 2547890120101',
} as CardView;
const ids = (found: readonly MovementRow[]) => found.map((each) => each.movementId).join('');

describe('the filter', () => {
  it('finds what was typed in any part of a row, whatever its accents', () => {
    expect(ids(filteredMovements(rows, { ...EVERYTHING, text: 'nunoa pan' }))).toBe('b');
    expect(ids(filteredMovements(rows, { ...EVERYTHING, text: 'cd-1' }))).toBe('a');
    expect(ids(filteredMovements(rows, { ...EVERYTHING, text: '157.5' }))).toBe('b');
    expect(ids(filteredMovements(rows, EVERYTHING))).toBe('cba');
  });
  it('tells what went in, what went out and each kind', () => {
    expect(ids(filteredMovements(rows, { text: '', choice: 'in' }))).toBe('a');
    expect(ids(filteredMovements(rows, { text: '', choice: 'out' }))).toBe('b');
    expect(ids(filteredMovements(rows, { text: '', choice: 'other' }))).toBe('c');
  });
  it('sums exactly, and nothing of an unknown direction or another currency', () => {
    expect(sums([...rows, row('d', { currency: 'USD' })], 'GTQ')).toEqual({ credits: '1000.0000', debits: '157.5001' });
    expect(sums([], 'GTQ')).toEqual({ credits: '0.0000', debits: '0.0000' });
  });
});

describe('whether the sums agree', () => {
  it('is said with both figures where they do not', () => {
    const wrong: MovementsView = { ...view, check: { state: 'card_disagrees', expected: '842.4999', told: '12.00' } };
    expect(disagrees(view)).toBe(false);
    expect(disagrees(wrong)).toBe(true);
    expect(checkText(wrong)).toContain('842.4999');
    expect(checkText(wrong)).toContain('12.00');
    const at: MovementsView = {
      ...view,
      check: { state: 'movement_disagrees', movementId: 'b', expected: '842.4999', told: '800.00' },
    };
    expect(checkText(at)).toContain('Panadería Ñuñoa');
  });
});

describe('a statement', () => {
  const statement = statementOf(view, card, 'ana');
  it('has every movement, the oldest first, with exact figures', () => {
    expect(statement.rows.map((line) => line.amount)).toEqual([
      expect.stringMatching(/^\+\s1,000\.00$/),
      expect.stringMatching(/^−\s157\.5001$/),
      '70.00',
    ]);
    expect(statement.figures.map((figure) => figure.text)).toEqual([
      expect.stringMatching(/^Q\s0\.00$/),
      expect.stringMatching(/^Q\s1,000\.00$/),
      expect.stringMatching(/^Q\s157\.5001$/),
      expect.stringMatching(/^Q\s842\.4999$/),
    ]);
  });
  it('says what does not agree, what was computed and what is in another currency', () => {
    const honest = statementOf(
      {
        ...view,
        rows: [row('b', { isBalanceComputed: true })],
        check: { state: 'card_disagrees', expected: '1.00', told: '2.00' },
      },
      card,
      'ana',
    );
    expect(honest.notes).toHaveLength(3);
    expect(honest.notes.join(' ')).toMatch(/USD.*3\.00.*1\.00.*2\.00/s);
  });
  it('names the card by its last four digits only, and the months', () => {
    expect(statement.name).toBe('Estado de cuenta 4417 2026-01 a 2026-03');
    expect(JSON.stringify(statement)).not.toContain(view.cardId);
    expect(statement.facts.map((fact) => fact.text)).toContain('Núñez, Lucía');
  });
});
