// A range of calendar months: going through time, the usual ranges, and how one is called.

import type { CalendarMonth, CardSummary } from '$lib/backend';
import { monthOf } from '$lib/i18n/format';
import { COMPANY_TIME_ZONE, show, t, type MessageKey } from '$lib/i18n/index.svelte';

export interface Period {
  from: CalendarMonth;
  /** Included. */
  until: CalendarMonth;
}

/** The shell takes so many months at a time. */
export const MOST_MONTHS = 120;

function indexOf({ year, month }: CalendarMonth): number {
  return year * 12 + month - 1;
}

function monthAt(index: number): CalendarMonth {
  return { year: Math.floor(index / 12), month: (index % 12) + 1 };
}

export function monthsOf({ from, until }: Period): number {
  return indexOf(until) - indexOf(from) + 1;
}

/**
 * The months that there is anything of a card in: from the one that it was issued in to that of now. A card that is not said
 * when it was issued has as many as can be asked for.
 */
export function monthsOfCard({ issuedAt }: Pick<CardSummary, 'issuedAt'>, today = new Date()): Period {
  const now = monthOf(today, COMPANY_TIME_ZONE);
  const issued = issuedAt === null ? undefined : new Date(issuedAt);
  if (issued === undefined || Number.isNaN(issued.getTime())) {
    return { from: monthAt(indexOf(now) - MOST_MONTHS + 1), until: now };
  }
  const first = monthOf(issued, COMPANY_TIME_ZONE);
  // The gateway's clock and this machine's may differ by the end of a month.
  return { from: indexOf(first) > indexOf(now) ? now : first, until: now };
}

/** The range of the same length beside this one: before (-1) or after it (1), and never beyond the card's months. */
export function beside(period: Period, direction: 1 | -1, months: Period): Period {
  const wanted = monthsOf(period) * direction;
  const room =
    direction === 1 ? indexOf(months.until) - indexOf(period.until) : indexOf(months.from) - indexOf(period.from);
  const by = direction === 1 ? Math.min(wanted, room) : Math.max(wanted, room);
  return { from: monthAt(indexOf(period.from) + by), until: monthAt(indexOf(period.until) + by) };
}

/** The latest of a card's months that is over; of a card of this month, the one that has begun. */
export function lastWholeMonth(months: Period): CalendarMonth {
  return beside({ from: months.until, until: months.until }, -1, months).from;
}

/** From the one month to the other, whichever is the earlier, and never more than can be asked for: `moved` stays. */
export function between(from: CalendarMonth, until: CalendarMonth, moved: 'from' | 'until'): Period {
  const [first, last] = [indexOf(from), indexOf(until)];
  if (first > last) return moved === 'from' ? { from, until: from } : { from: until, until };
  if (last - first < MOST_MONTHS) return { from, until };
  return moved === 'from'
    ? { from, until: monthAt(first + MOST_MONTHS - 1) }
    : { from: monthAt(last - MOST_MONTHS + 1), until };
}

export function isSame(one: Period, other: Period): boolean {
  return indexOf(one.from) === indexOf(other.from) && indexOf(one.until) === indexOf(other.until);
}

interface UsualPeriod {
  name: string;
  title: MessageKey;
  period: Period;
}

/** The ranges that are asked for most, as far as the card goes back: none that ended before it, and no two alike. */
export function usualPeriods(months: Period): UsualPeriod[] {
  const now = months.until;
  const back = (count: number) => monthAt(indexOf(now) - count);
  const usual: UsualPeriod[] = [
    { name: 'this_month', title: 'period.this_month', period: { from: now, until: now } },
    { name: 'last_month', title: 'period.last_month', period: { from: back(1), until: back(1) } },
    { name: 'three_months', title: 'period.three_months', period: { from: back(2), until: now } },
    { name: 'twelve_months', title: 'period.twelve_months', period: { from: back(11), until: now } },
    { name: 'this_year', title: 'period.this_year', period: { from: { year: now.year, month: 1 }, until: now } },
  ];
  const first = (from: CalendarMonth) => (indexOf(from) < indexOf(months.from) ? months.from : from);
  return usual
    .filter(({ period }) => indexOf(period.until) >= indexOf(months.from))
    .map((each) => ({ ...each, period: { ...each.period, from: first(each.period.from) } }))
    .filter((each, at, all) => all.findIndex(({ period }) => isSame(period, each.period)) === at);
}

/** A card's months, the latest first, each as the value of an option. */
export function monthOptions(months: Period): Array<{ value: string; month: CalendarMonth }> {
  return Array.from({ length: monthsOf(months) }, (_, back) => {
    const month = monthAt(indexOf(months.until) - back);
    return { value: monthText(month), month };
  });
}

/** `2026-03`. */
export function monthText({ year, month }: CalendarMonth): string {
  return `${year}-${String(month).padStart(2, '0')}`;
}

export function monthFrom(text: string): CalendarMonth | undefined {
  const match = /^(\d{4})-(\d{2})$/.exec(text);
  return match ? { year: Number(match[1]), month: Number(match[2]) } : undefined;
}

/** `noviembre 2026`, `ene – mar 2026`. */
export function periodName({ from, until }: Period): string {
  return monthText(from) === monthText(until) ? show.month(from.year, from.month) : show.months(from, until);
}

/** The same for a file's name: `2026-03`, `2026-01 a 2026-03`. */
export function periodFileName({ from, until }: Period): string {
  const [first, last] = [monthText(from), monthText(until)];
  return first === last ? first : t('period.file', { from: first, until: last });
}
