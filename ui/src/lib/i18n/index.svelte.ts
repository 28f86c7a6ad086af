// Every text of the UI, in the operator's language. Keys are typed by the Spanish catalogue; the English one has the
// same keys and parameters (a test compares them). A key stands in the source as a literal, so that the test for unused
// ones can find it: where a word of the shell picks a text, write a `Record<Word, MessageKey>`.

import { IntlMessageFormat } from 'intl-messageformat';
import spanish from '$messages/es.json';
import {
  formatAge,
  formatAmount,
  formatCount,
  formatDate,
  formatInstant,
  formatInstantForFile,
  formatInstantLong,
  formatMoney,
  formatMonth,
  formatMonths,
  formatSigned,
  formatTime,
  type Language,
  type NumberStyle,
} from './format';
import { PARTS, fill } from './parts';

export type { Language } from './format';
export type MessageKey = keyof typeof spanish;
export type MessageParameters = Record<string, string | number>;

/** Each text as it is; one that depends on its parameters as its parts, made when the UI is built (`catalogues.ts`). */
type Catalogue = Record<MessageKey, string>;
type Parts = Exclude<ConstructorParameters<typeof IntlMessageFormat>[0], string>;

let language = $state<Language>('es');
let catalogue = $state.raw<Catalogue>(spanish);
let numberStyle = $state<NumberStyle>('comma_thousands');
let compiled = new Map<MessageKey, IntlMessageFormat>();

/** The language on screen. */
export function currentLanguage(): Language {
  return language;
}

/** The zone that instants are shown in: the issuer's, whose months the gateway counts (assumed, `gateway-api.md`). */
export const COMPANY_TIME_ZONE = 'America/Guatemala';

/** Writes numbers as people do where the company is. */
export function setNumberStyle(style: NumberStyle): void {
  numberStyle = style;
}

/** The texts of a language. The Spanish ones are always here; the others are fetched when they are first asked for. */
async function catalogueOf(wanted: Language): Promise<Catalogue> {
  return wanted === 'es' ? spanish : (await import('$messages/en.json')).default;
}

/** Fetches the texts of a language before anybody asks for them. */
export function expectLanguage(expected: Language): void {
  // What fails here fails again, and is told, when the language is asked for.
  catalogueOf(expected).catch(() => undefined);
}

/** Gets ready for what the first picture does without and the first card has: an amount and a date take 10 ms each. */
export function warmFormats(): void {
  show.amount('0');
  show.instant(new Date().toISOString());
}

/** Changes the language of everything on screen. */
export async function setLanguage(next: Language): Promise<void> {
  if (next === language) return;
  const loaded = await catalogueOf(next);
  compiled = new Map();
  catalogue = loaded;
  language = next;
  document.documentElement.lang = next;
}

/** The text of a key, with its parameters filled in. */
export function t(key: MessageKey, parameters?: MessageParameters): string {
  const text = catalogue[key];
  if (!text.startsWith(PARTS)) return text.includes('{') ? fill(text, parameters) : text;
  let message = compiled.get(key);
  if (!message) {
    const parts = JSON.parse(text.slice(PARTS.length)) as Parts;
    message = new IntlMessageFormat(parts, language === 'es' ? 'es-GT' : 'en-GB');
    compiled.set(key, message);
  }
  return String(message.format(parameters));
}

/** Amounts in the company's style; dates in the operator's language and the company's zone. */
export const show = {
  amount: (amount: string) => formatAmount(amount, numberStyle),
  money: (amount: string, currency: string) => formatMoney(amount, currency, numberStyle),
  signed: (amount: string) => formatSigned(amount, numberStyle),
  count: (count: number) => formatCount(count, numberStyle),
  instant: (instant: string) => formatInstant(instant, language, COMPANY_TIME_ZONE),
  instantLong: (instant: string) => formatInstantLong(instant, language, COMPANY_TIME_ZONE),
  instantForFile: (instant: string) => formatInstantForFile(instant, COMPANY_TIME_ZONE),
  time: (instant: string) => formatTime(instant, language, COMPANY_TIME_ZONE),
  date: (date: string) => formatDate(date, language),
  month: (year: number, month: number) => formatMonth(year, month, language),
  months: (from: { year: number; month: number }, until: { year: number; month: number }) =>
    formatMonths(from, until, language),
  age: (seconds: number) => formatAge(seconds, language),
};
