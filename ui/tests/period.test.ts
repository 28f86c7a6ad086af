// Going through months: any range, never beyond now or before the card, never more than can be asked for.
import { describe, expect, it } from 'vitest';
import {
  beside,
  between,
  lastWholeMonth,
  MOST_MONTHS,
  monthFrom,
  monthOptions,
  monthsOf,
  monthsOfCard,
  monthText,
  periodName,
  usualPeriods,
} from '../src/screens/card/period';

const month = (text: string) => monthFrom(text) ?? { year: 0, month: 0 };
const period = (from: string, until: string) => ({ from: month(from), until: month(until) });
const now = month('2026-11');
const months = period('2016-12', '2026-11');
/** In Guatemala it is still November. */
const today = new Date('2026-12-01T03:00:00Z');
const text = ({ from, until }: ReturnType<typeof period>) => `${monthText(from)} ${monthText(until)}`;

describe('a range of months', () => {
  it('goes back and forth by its own length, over the ends of years', () => {
    expect(text(beside(period('2026-01', '2026-01'), -1, months))).toBe('2025-12 2025-12');
    expect(text(beside(period('2026-01', '2026-03'), -1, months))).toBe('2025-10 2025-12');
    expect(text(beside(period('2025-12', '2025-12'), 1, months))).toBe('2026-01 2026-01');
  });

  it('never goes beyond the month of now', () => {
    expect(text(beside(period('2026-08', '2026-10'), 1, months))).toBe('2026-09 2026-11');
    expect(text(beside(period('2026-11', '2026-11'), 1, months))).toBe('2026-11 2026-11');
  });

  it('has its ends in order, and no more months than can be asked for', () => {
    expect(text(between(month('2026-05'), month('2026-03'), 'from'))).toBe('2026-05 2026-05');
    expect(text(between(month('2026-05'), month('2026-03'), 'until'))).toBe('2026-03 2026-03');
    const far = between(month('2001-01'), now, 'from');
    expect([monthText(far.from), monthsOf(far)]).toEqual(['2001-01', MOST_MONTHS]);
    expect(monthsOf(between(month('2001-01'), now, 'until'))).toBe(MOST_MONTHS);
  });

  it('is called by its months', () => {
    expect(periodName(period('2026-11', '2026-11'))).toBe('noviembre 2026');
    expect(periodName(period('2026-01', '2026-03'))).toBe('ene – mar 2026');
    expect(periodName(period('2025-12', '2026-03'))).toBe('dic 2025 – mar 2026');
  });

  it('offers the usual ones, and every month of the card', () => {
    expect(usualPeriods(period('2016-02', '2026-01')).map(({ period: usual }) => text(usual))).toEqual([
      '2026-01 2026-01',
      '2025-12 2025-12',
      '2025-11 2026-01',
      '2025-02 2026-01',
    ]);
    const options = monthOptions(months);
    expect([options[0]?.value, options.length, options.at(-1)?.value]).toEqual(['2026-11', 120, '2016-12']);
  });
});

describe('the months of a card', () => {
  it('begin with the one that it was issued in by the issuer’s calendar, and end with that of now', () => {
    expect(text(monthsOfCard({ issuedAt: '2026-09-01T03:00:00Z' }, today))).toBe('2026-08 2026-11');
    expect(text(monthsOfCard({ issuedAt: '2026-12-09T03:00:00Z' }, today))).toBe('2026-11 2026-11');
  });

  it('are as many as can be asked for where it is not said when it was issued', () => {
    expect(text(monthsOfCard({ issuedAt: null }, today))).toBe('2016-12 2026-11');
    expect(text(monthsOfCard({ issuedAt: 'ayer' }, today))).toBe('2016-12 2026-11');
  });

  it('are never left by going back', () => {
    const since = period('2026-09', '2026-11');
    expect(text(beside(period('2026-09', '2026-09'), -1, since))).toBe('2026-09 2026-09');
    expect(text(beside(period('2026-10', '2026-11'), -1, since))).toBe('2026-09 2026-10');
  });

  it('have all that is on offer in them: a range that goes further back is cut, and stands there once', () => {
    const offered = (since: string) =>
      usualPeriods(period(since, '2026-11')).map(({ name, period: usual }) => `${name} ${text(usual)}`);
    expect(offered('2026-11')).toEqual(['this_month 2026-11 2026-11']);
    expect(offered('2026-10')).toEqual([
      'this_month 2026-11 2026-11',
      'last_month 2026-10 2026-10',
      'three_months 2026-10 2026-11',
    ]);
    expect(offered('2026-06').at(-1)).toBe('twelve_months 2026-06 2026-11');
    expect(monthOptions(period('2026-10', '2026-11')).map(({ value }) => value)).toEqual(['2026-11', '2026-10']);
  });

  it('have a latest one that is over, unless the card is of this month', () => {
    expect(monthText(lastWholeMonth(period('2026-03', '2026-11')))).toBe('2026-10');
    expect(monthText(lastWholeMonth(period('2026-11', '2026-11')))).toBe('2026-11');
  });
});
