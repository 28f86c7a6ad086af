// Money, dates and numbers as people read them. Amounts arrive and stay as decimal text: nothing here passes one
// through a float. What the gateway means by an amount, and what may be typed, is decided in Rust.

export type Language = 'es' | 'en';

/** A no-break space: an amount is never torn from its currency at the end of a line. */
export const NO_BREAK = '\u00a0';
/** The minus that lines up with digits. */
export const MINUS = '\u2212';

/** How people write numbers where the company is: `1,234.50` or `1.234,50`. The language has no say in it. */
export type NumberStyle = 'comma_thousands' | 'point_thousands';

const NUMBER_LOCALE: Record<NumberStyle, string> = { comma_thousands: 'es-GT', point_thousands: 'es-AR' };
const DATE_LOCALE: Record<Language, string> = { es: 'es-GT', en: 'en-GB' };

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Intl takes decimal text exactly; TypeScript's library types ask for a template type. */
type DecimalText = `${number}`;

const amountFormats = new Map<NumberStyle, Intl.NumberFormat>();
function amountFormat(style: NumberStyle): Intl.NumberFormat {
  let format = amountFormats.get(style);
  if (!format) {
    format = new Intl.NumberFormat(NUMBER_LOCALE[style], {
      minimumFractionDigits: 2,
      maximumFractionDigits: 4,
      useGrouping: 'always',
    });
    amountFormats.set(style, format);
  }
  return format;
}

const symbols = new Map<string, string>();

/** The sign that people write for a currency: `Q` for `GTQ`; the code itself where there is no shorter one. */
export function currencySymbol(currency: string): string {
  let symbol = symbols.get(currency);
  if (symbol === undefined) {
    try {
      const parts = new Intl.NumberFormat('es-GT', {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
      }).formatToParts(0);
      symbol = parts.find((part) => part.type === 'currency')?.value ?? currency;
    } catch {
      symbol = currency;
    }
    symbols.set(currency, symbol);
  }
  return symbol;
}

/** `1842.5` as `1,842.50`. Text that is not a plain decimal is shown as it came rather than guessed at. */
export function formatAmount(amount: string, style: NumberStyle = 'comma_thousands'): string {
  if (!DECIMAL.test(amount)) return amount;
  const negative = amount.startsWith('-');
  const digits = amountFormat(style).format((negative ? amount.slice(1) : amount) as DecimalText);
  return negative ? MINUS + digits : digits;
}

/** `1842.5`, `GTQ` as `Q 1,842.50`. */
export function formatMoney(amount: string, currency: string, style: NumberStyle = 'comma_thousands'): string {
  const negative = amount.startsWith('-');
  const absolute = negative ? amount.slice(1) : amount;
  return `${negative ? MINUS : ''}${currencySymbol(currency)}${NO_BREAK}${formatAmount(absolute, style)}`;
}

/** A signed amount with its sign set apart: `+ 1,250.00`, `− 157.50`. */
export function formatSigned(amount: string, style: NumberStyle = 'comma_thousands'): string {
  const negative = amount.startsWith('-');
  return `${negative ? MINUS : '+'}${NO_BREAK}${formatAmount(negative ? amount.slice(1) : amount, style)}`;
}

/**
 * A count: `12,345`. Without Intl, whose first number takes as long as a good part of the window's first picture.
 */
export function formatCount(count: number, style: NumberStyle = 'comma_thousands'): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, style === 'comma_thousands' ? ',' : '.');
}

/** `4417` as `•••• 4417`. */
export function formatLastFour(lastFour: string): string {
  return `••••${NO_BREAK}${lastFour}`;
}

/** Month and year of expiry as embossed: `11/29`. */
export function formatExpiry(month: number, year: number): string {
  return `${String(month).padStart(2, '0')}/${String(year % 100).padStart(2, '0')}`;
}

function dateFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let format = dateFormats.get(key);
  if (!format) dateFormats.set(key, (format = new Intl.DateTimeFormat(DATE_LOCALE[language], options)));
  return format;
}
const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** The parts of an instant in a zone; `null` for text that is no instant. */
function instantParts(instant: string, language: Language, timeZone: string | undefined, withYear: boolean) {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return null;
  const parts = dateFormat(language, {
    day: '2-digit',
    month: 'short',
    ...(withYear ? { year: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(date);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  const month = part('month').replace('.', '');
  return { day: part('day'), month, year: part('year'), time: `${part('hour')}:${part('minute')}` };
}

/** An instant in a table: `21 nov 16:04`. */
export function formatInstant(instant: string, language: Language, timeZone?: string): string {
  const parts = instantParts(instant, language, timeZone, false);
  return parts ? `${parts.day} ${parts.month} ${parts.time}` : instant;
}

/** An instant in full: `21 nov 2026, 16:04`. */
export function formatInstantLong(instant: string, language: Language, timeZone?: string): string {
  const parts = instantParts(instant, language, timeZone, true);
  return parts ? `${parts.day} ${parts.month} ${parts.year}, ${parts.time}` : instant;
}

/** An instant as ISO 8601 has it, to the second and with a space, so that spreadsheet programs read it: `2026-11-21 16:04:09`. */
export function formatInstantForFile(instant: string, timeZone?: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const two = '2-digit';
  const options = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  const parts = dateFormat('en', { ...options, hourCycle: 'h23', timeZone }).formatToParts(date);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`;
}

/** Only the time of an instant: `16:04`. */
export function formatTime(instant: string, language: Language, timeZone?: string): string {
  return instantParts(instant, language, timeZone, false)?.time ?? instant;
}

/** A calendar date `1990-02-28` as `28 feb 1990`. It has no zone and must not move by one. */
export function formatDate(date: string, language: Language): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return date;
  const parts = instantParts(`${date}T12:00:00Z`, language, 'UTC', true);
  return parts ? `${parts.day} ${parts.month} ${parts.year}` : date;
}

/** A month's name with its year: `noviembre 2026`. */
export function formatMonth(year: number, month: number, language: Language): string {
  const name = dateFormat(language, { month: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(year, month - 1, 15)));
  return `${name} ${year}`;
}

/** Two months as a range: `sep – nov 2026`, `nov 2025 – ene 2026`. */
export function formatMonths(
  from: { year: number; month: number },
  until: { year: number; month: number },
  language: Language,
): string {
  const name = ({ year, month }: { year: number; month: number }) =>
    dateFormat(language, { month: 'short', timeZone: 'UTC' })
      .format(new Date(Date.UTC(year, month - 1, 15)))
      .replace('.', '');
  const first = from.year === until.year ? name(from) : `${name(from)} ${from.year}`;
  return `${first} – ${name(until)} ${until.year}`;
}

/** How long ago something was, in the largest unit that says it: `hace 5 min`. */
export function formatAge(seconds: number, language: Language): string {
  const relative = new Intl.RelativeTimeFormat(DATE_LOCALE[language], { numeric: 'auto', style: 'short' });
  if (seconds < 60) return relative.format(-Math.max(0, Math.round(seconds)), 'second');
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
  return relative.format(-Math.round(seconds / 86_400), 'day');
}

/** The month that an instant falls in, in a zone. */
export function monthOf(instant: Date, timeZone: string | undefined): { year: number; month: number } {
  const parts = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'numeric', timeZone }).formatToParts(
    instant,
  );
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return { year: part('year'), month: part('month') };
}
