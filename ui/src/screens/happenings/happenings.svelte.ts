// A stretch of the record, the newest first, as it is filtered: of a cardholder or a card here, of everybody in `activity`. Older
// rows are asked for one stretch after the other. The record is searched where it is kept; only its actions have words of their own
// here, so those that the text is found in are named with it.

import { Loadable } from '$lib/app/loadable.svelte';
import type { HappeningAction, HappeningKind, HappeningResult, HappeningsPage, HappeningView } from '$lib/backend';
import { foldForSearch } from '$lib/i18n/fold';
import { show, t, type MessageKey } from '$lib/i18n/index.svelte';
import { HAPPENING, INSERT_SENT_TO } from '$lib/i18n/words';
import { happeningsWith, MOST_ROWS } from './record-search';

/** How many rows come at a time. */
export const ROWS_AT_A_TIME = 50;

/** Every result, and two that people look for. */
export type ResultChoice = 'all' | HappeningResult;
export type KindChoice = 'all' | HappeningKind;

export const KIND_CHOICES: Record<KindChoice, MessageKey> = {
  all: 'happenings.kind.all',
  money: 'happenings.kind.money',
  card: 'happenings.kind.card',
  secret: 'happenings.kind.secret',
  insert: 'happenings.kind.insert',
  cardholder: 'happenings.kind.cardholder',
};

/** An insert that was made is shown in the words of where it went. */
const MORE_WORDS: Partial<Record<HappeningAction, MessageKey[]>> = { insert_printed: Object.values(INSERT_SENT_TO) };

/** The actions in whose words a text is found, in the language on show. */
export function actionsWith(text: string): HappeningAction[] {
  const wanted = foldForSearch(text.trim());
  if (wanted === '') return [];
  return (Object.entries(HAPPENING) as Array<[HappeningAction, MessageKey]>)
    .filter(([action, key]) =>
      [key, ...(MORE_WORDS[action] ?? [])].some((each) => foldForSearch(t(each)).includes(wanted)),
    )
    .map(([action]) => action);
}

/**
 * An amount as it is read here, `Q 5,675.00`, in the record's own way of writing it, `5675`; any other text as it is. What the
 * record has after it, more decimals and the currency, is found all the same.
 */
export function figureAsKept(text: string): string {
  // The company's way of writing numbers: `1,234.50` or `1.234,50`.
  const [, thousands = ',', decimal = '.'] = /^1(\D)234(\D)/.exec(show.amount('1234.50')) ?? [];
  const figure = text.replace(/^[^\d\s]{1,3}\s?(?=\d)/, '');
  const [whole = '', decimals, ...more] = figure.split(decimal);
  const groups = whole.split(thousands);
  const isGrouped = groups.length === 1 ? /^\d+$/.test(whole) : /^\d{1,3}$/.test(groups[0] ?? '');
  if (!isGrouped || !groups.slice(1).every((group) => /^\d{3}$/.test(group)) || more.length > 0) return text;
  if (decimals !== undefined && !/^\d{0,4}$/.test(decimals)) return text;
  const end = (decimals ?? '').replace(/0+$/, '');
  return groups.join('') + (end === '' ? '' : `.${end}`);
}

/** A stretch of a record on show, the newest first: more of it on demand, and none of it lost when it is asked for again. */
export abstract class RecordStretch<Row> {
  kind = $state<KindChoice>('all');
  result = $state<ResultChoice>('all');
  text = $state('');
  rows = $state.raw<readonly Row[]>([]);
  hasOlder = $state(false);
  readonly loaded = new Loadable<{ rows: Row[]; hasOlder: boolean }>();

  /** The row's number in the record. */
  protected abstract numberOf(row: Row): string;
  /** The newest rows that are older than the one with this number. */
  protected abstract page(before: string | null, limit: number): Promise<{ rows: Row[]; hasOlder: boolean }>;

  get isFiltered(): boolean {
    return this.kind !== 'all' || this.result !== 'all' || this.text.trim() !== '';
  }

  /** Whether anything was chosen or typed, whether or not it can be asked for. */
  get isNarrowed(): boolean {
    return this.isFiltered;
  }

  /** Everything again. */
  async showAll(): Promise<void> {
    this.kind = 'all';
    this.result = 'all';
    this.text = '';
    await this.refilter();
  }

  /** Asks for the newest rows; as many as are on show, so that none of those goes. */
  async load(): Promise<void> {
    // What is on show is asked for again as a whole, as far as it is given at once.
    const most = Math.min(Math.max(this.rows.length, ROWS_AT_A_TIME), MOST_ROWS);
    const page = await this.loaded.run(() => this.page(null, most));
    if (!page) return;
    const older = page.hasOlder ? this.#olderThan(page.rows) : [];
    this.rows = [...page.rows, ...older];
    if (older.length === 0) this.hasOlder = page.hasOlder;
  }

  /** The filter was changed: what is on show is another list. */
  async refilter(): Promise<void> {
    this.rows = [];
    await this.load();
  }

  async loadOlder(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last || !this.hasOlder || this.loaded.busy) return;
    const page = await this.loaded.run(() => this.page(this.numberOf(last), ROWS_AT_A_TIME));
    if (!page) return;
    this.rows = [...this.rows, ...page.rows];
    this.hasOlder = page.hasOlder;
  }

  /**
   * What is on show below a stretch that was asked for again: it stays, since the record only grows. Where the two do not meet,
   * more was written meanwhile than the stretch holds; below it comes what is not known yet, so nothing stays.
   */
  #olderThan(rows: readonly Row[]): Row[] {
    const oldest = rows.at(-1);
    const at = oldest ? this.rows.findIndex((row) => this.numberOf(row) === this.numberOf(oldest)) : -1;
    return at < 0 ? [] : this.rows.slice(at + 1);
  }
}

/** What was chosen and typed, as the record is asked for it. */
export function chosenIn({ kind, result, text }: Pick<RecordStretch<unknown>, 'kind' | 'result' | 'text'>) {
  return {
    kind: kind === 'all' ? null : kind,
    results: result === 'all' ? [] : [result],
    text: figureAsKept(text.trim()),
    textActions: actionsWith(text),
  };
}

/** Of a cardholder, or of one card. */
export class Happenings extends RecordStretch<HappeningView> {
  constructor(
    readonly cardholderId: string,
    readonly cardId: string | null,
  ) {
    super();
  }

  protected numberOf({ number }: HappeningView): string {
    return number;
  }

  protected page(before: string | null, limit: number): Promise<HappeningsPage> {
    const { text, cardholderId, cardId } = this;
    const request = { cardholderId, cardId, before, ...chosenIn(this), limit };
    return happeningsWith(request, text, () => text === this.text);
  }
}
