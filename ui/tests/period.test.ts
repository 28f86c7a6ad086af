// Going through months: any range, never beyond now, never more than can be asked for.
import { describe, expect, it } from 'vitest';
import {
  beside,
  between,
  MOST_MONTHS,
  monthFrom,
  monthOptions,
  monthsOf,
  monthText,
  periodName,
  usualPeriods,
} from '../src/screens/card/period';

const month = (text: string) => monthFrom(text) ?? { year: 0, month: 0 };
const period = (from: string, until: string) => ({ from: month(from), until: month(until) });
const now = month('2026-11');
const text = ({ from, until }: ReturnType<typeof period>) => `${monthText(from)} ${monthText(until)}`;

describe('a range of months', () => {
  it('goes back and forth by its own length, over the ends of years', () => {
    expect(text(beside(period('2026-01', '2026-01'), -1, now))).toBe('2025-12 2025-12');
    expect(text(beside(period('2026-01', '2026-03'), -1, now))).toBe('2025-10 2025-12');
    expect(text(beside(period('2025-12', '2025-12'), 1, now))).toBe('2026-01 2026-01');
  });

  it('never goes beyond the month of now', () => {
    expect(text(beside(period('2026-08', '2026-10'), 1, now))).toBe('2026-09 2026-11');
    expect(text(beside(period('2026-11', '2026-11'), 1, now))).toBe('2026-11 2026-11');
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

  it('offers the usual ones, and every month of ten years', () => {
    expect(usualPeriods(month('2026-01')).map(({ period: usual }) => text(usual))).toEqual([
      '2026-01 2026-01',
      '2025-12 2025-12',
      '2025-11 2026-01',
      '2025-02 2026-01',
      '2026-01 2026-01',
    ]);
    const options = monthOptions(now);
    expect([options[0]?.value, options.length, options.at(-1)?.value]).toEqual(['2026-11', 120, '2016-12']);
  });
});
