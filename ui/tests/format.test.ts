// What operators read as money and dates: exact, in the company's way, and never through a float.
import { describe, expect, it } from 'vitest';
import {
  currencySymbol,
  formatAge,
  formatAmount,
  formatCount,
  formatDate,
  formatExpiry,
  formatInstant,
  formatLastFour,
  formatMoney,
  formatMonth,
  formatSigned,
  monthOf,
} from '../src/lib/i18n/format';

const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('amounts', () => {
  it('are shown with two decimals and grouped thousands', () => {
    expect(formatAmount('1842.5')).toBe('1,842.50');
    expect(formatAmount('0')).toBe('0.00');
    expect(formatAmount('1250')).toBe('1,250.00');
  });

  it('keep up to the four decimals that the gateway has, unrounded', () => {
    expect(formatAmount('0.0001')).toBe('0.0001');
    expect(formatAmount('10.125')).toBe('10.125');
  });

  it('keep digits that a float would lose', () => {
    expect(formatAmount('90071992547409931234.56')).toBe('90,071,992,547,409,931,234.56');
  });

  it('follow the number style of the company, not the language', () => {
    expect(formatAmount('1842.5', 'point_thousands')).toBe('1.842,50');
    expect(formatCount(100_000, 'point_thousands')).toBe('100.000');
  });

  it('show text that is no decimal as it came', () => {
    expect(formatAmount('1e3')).toBe('1e3');
    expect(formatAmount('')).toBe('');
  });

  it('stand beside their currency, never torn from it', () => {
    expect(formatMoney('1250.00', 'GTQ')).toBe('Q\u00a01,250.00');
    expect(plain(formatMoney('-20', 'GTQ'))).toBe('−Q 20.00');
    expect(currencySymbol('USD')).toMatch(/\$/);
    expect(currencySymbol('not a currency')).toBe('not a currency');
  });

  it('carry their direction in a sign, not in colour alone', () => {
    expect(plain(formatSigned('1250.00'))).toBe('+ 1,250.00');
    expect(plain(formatSigned('-157.50'))).toBe('− 157.50');
  });
});

describe('cards', () => {
  it('show the last four and nothing else of a number', () => {
    expect(plain(formatLastFour('4417'))).toBe('•••• 4417');
  });

  it('expire as embossed', () => {
    expect(formatExpiry(3, 2029)).toBe('03/29');
  });
});

describe('dates', () => {
  it('of instants are in the company’s zone', () => {
    expect(formatInstant('2026-11-21T22:04:00Z', 'es', 'America/Guatemala')).toBe('21 nov 16:04');
    expect(formatInstant('2026-11-01T03:00:00Z', 'es', 'America/Guatemala')).toBe('31 oct 21:00');
    expect(formatInstant('2026-11-21T22:04:00Z', 'en', 'America/Guatemala')).toBe('21 Nov 16:04');
  });

  it('of calendar days never move by a zone', () => {
    expect(formatDate('1990-02-28', 'es')).toBe('28 feb 1990');
    expect(formatDate('not a date', 'es')).toBe('not a date');
  });

  it('name months in the operator’s language', () => {
    expect(formatMonth(2026, 11, 'es')).toBe('noviembre 2026');
    expect(formatMonth(2026, 11, 'en')).toBe('November 2026');
  });

  it('say ages in the largest unit that says it', () => {
    expect(formatAge(5, 'en')).toMatch(/5 sec/);
    expect(formatAge(190, 'es')).toMatch(/3 min/);
    expect(formatAge(7200, 'en')).toMatch(/2 hr|2 hours/);
  });

  it('put the edge of a month where the issuer has it', () => {
    expect(monthOf(new Date('2026-12-01T03:00:00Z'), 'America/Guatemala')).toEqual({ year: 2026, month: 11 });
  });
});

describe('counts', () => {
  it.each([
    [0, '0', '0'],
    [999, '999', '999'],
    [1_000, '1,000', '1.000'],
    [100_000, '100,000', '100.000'],
    [1_234_567, '1,234,567', '1.234.567'],
  ])('group thousands as the company does: %i', (count, withCommas, withPoints) => {
    expect(formatCount(count, 'comma_thousands')).toBe(withCommas);
    expect(formatCount(count, 'point_thousands')).toBe(withPoints);
  });
});
