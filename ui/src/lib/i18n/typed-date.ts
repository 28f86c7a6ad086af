// A day as people here type it, day first, and as the shell takes it, `2026-11-24`.

/** What was typed, `28/02/1990` or `28021990`, in the wire's form; other text goes on as it is. */
export function dateToWire(typed: string): string {
  const match =
    /^\s*(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})\s*$/.exec(typed) ?? /^\s*(\d{2})(\d{2})(\d{4})\s*$/.exec(typed);
  if (!match) return typed.trim();
  const [, day = '', month = '', year = ''] = match;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Whether a date in the wire's form is a day of the calendar: `2030-02-31` is none. */
export function isCalendarDate(wire: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(wire)) return false;
  const day = new Date(`${wire}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(wire);
}
