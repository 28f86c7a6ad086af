// A card's movements as a list: sorted by what they are worth, not by how it is written, and copied exactly.
import { describe, expect, it } from 'vitest';
import type { MovementRow } from '../src/lib/backend';
import {
  movementCell,
  movementRows,
  movementWidths,
  sortedMovements,
  type MovementColumn,
} from '../src/screens/card/movements-list';

const row = (id: string, amount: string, balance: string | null, reference: string | null = null): MovementRow => ({
  movementId: id,
  at: '2026-03-05T16:04:00Z',
  kind: 'load',
  kindWord: 'ADD_FUNDS',
  description: '=1+1',
  reference,
  isOurs: false,
  direction: amount.startsWith('-') ? 'out' : 'in',
  currency: null,
  amount,
  balance,
  isBalanceComputed: false,
});
const newestFirst = [
  row('a', '1000.5', '90'),
  row('b', '-20', null, 'CD-2'),
  row('c', '1000.25', '-3.5', 'CD-1'),
  row('d', '-157.5001', '10'),
];
const order = (by: MovementColumn, isDescending: boolean) =>
  sortedMovements(newestFirst, { by, isDescending }).map((each) => each.movementId);

describe('movements', () => {
  it('are sorted by worth, with what has none last', () => {
    expect(order('amount', false)).toEqual(['d', 'b', 'c', 'a']);
    expect(order('amount', true)).toEqual(['a', 'c', 'b', 'd']);
    expect(order('balance', false)).toEqual(['c', 'd', 'a', 'b']);
    expect(order('balance', true)).toEqual(['a', 'd', 'c', 'b']);
    expect(order('reference', false)).toEqual(['c', 'b', 'a', 'd']);
  });

  it('of one moment stay in the gateway’s order, in which the balances follow', () => {
    expect(order('date', true)).toEqual(['a', 'b', 'c', 'd']);
    expect(order('date', false)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('are copied with exact digits and dates that a spreadsheet program reads', () => {
    const columns = [
      { name: 'date', title: 'column.date', min: 1 },
      { name: 'amount', title: 'column.amount', min: 1 },
      { name: 'balance', title: 'column.balance', min: 1 },
    ] as const;
    expect(movementRows(newestFirst.slice(2), columns, 'GTQ').rows).toEqual([
      ['2026-03-05 10:04:00', '1000.25', '-3.5', 'GTQ'],
      ['2026-03-05 10:04:00', '-157.5001', '10', 'GTQ'],
    ]);
  });

  it('show no sign where the direction is not known, and a currency that is not the card’s', () => {
    const unknown: MovementRow = { ...row('e', '70', null), direction: 'unknown' };
    expect(movementCell(unknown, 'amount', 'GTQ')).toBe('70.00');
    expect(movementCell({ ...row('f', '-5', null), currency: 'USD' }, 'amount', 'GTQ')).toMatch(/^−\s5\.00\sUSD$/);
    expect(movementCell({ ...row('g', '-5', null), currency: 'GTQ' }, 'amount', 'GTQ')).toMatch(/^−\s5\.00$/);
  });

  it('leave to their words what figures and references do not need', () => {
    const few = movementWidths([row('a', '250.00', '5649.50')], 'GTQ');
    const many = movementWidths([row('a', '-1234567.5001', '98765432.10', 'NOM-20261129-0701')], 'GTQ');
    expect(few.amount).toBeLessThan(96);
    expect(few.reference).toBeLessThan(140);
    expect(many.amount).toBeGreaterThan(96);
    expect(many.reference).toBeGreaterThan(140);
  });
});
