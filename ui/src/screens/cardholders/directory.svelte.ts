// The list of cardholders: what was typed, which filter is on, and the rows that were fetched, in pages, as they came
// into sight. It outlives the screen, so that coming back finds the list as it was left; its columns and its order
// outlive the program.

import { asBackendError, type BackendError } from '$lib/backend/errors';
import {
  backend,
  type CardBadge,
  type CardholderRow,
  type DirectoryColumn,
  type DirectoryFilter,
  type DirectoryOrder,
  type DirectoryQuery,
  type RefreshReport,
} from '$lib/backend';
import { ListColumns, type Column } from '$lib/list/columns.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { SKELETON_AFTER_MS } from '$lib/app/loadable.svelte';
import { NOWHERE, type ListPosition } from '$lib/list/keyboard';

/** Rows fetched at once. */
export const PAGE_ROWS = 100;
export const FILTERS: readonly DirectoryFilter[] = ['all', 'no_card', 'card_without_insert', 'never_activated'];

/** The columns, in their order from left to right. */
const COLUMNS: ReadonlyArray<Column<DirectoryColumn>> = [
  { name: 'name', title: 'column.cardholder', min: 100, always: true },
  { name: 'document', title: 'column.document', min: 60, width: 150, hidden: true },
  { name: 'phone', title: 'column.phone', min: 60, width: 116, hidden: true },
  { name: 'email', title: 'column.email', min: 60, width: 190, hidden: true },
  { name: 'card_state', title: 'column.card_state', min: 60, width: 144, hidden: true },
  { name: 'last_four', title: 'column.card', number: true, min: 104, width: 104 },
];

/** So many rows can be copied at a time; a file holds them all. */
export const MOST_COPIED = 2_000;

/** How the list is sorted until the operator sorts it otherwise. */
const BY_NAME: DirectoryOrder = { by: 'name', isDescending: false };

/** Practice is ready a moment after the window is: the first reading waits for it, so many times and so long each. */
const PRACTICE_TRIES = 40;
const PRACTICE_PAUSE_MS = 250;

/** Reads the gateway's whole listing into the desk's directory. */
export async function readListing(): Promise<RefreshReport> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await backend.refreshDirectory();
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (error.code !== 'practice_not_running' || !error.retryable || tried === PRACTICE_TRIES) throw error;
      await new Promise((resume) => setTimeout(resume, PRACTICE_PAUSE_MS));
    }
  }
}

export class Directory {
  text = $state('');
  filter = $state<DirectoryFilter>('all');
  readonly columns = new ListColumns<DirectoryColumn>('directory', COLUMNS, { gap: 8 });
  matched = $state(0);
  total = $state(0);
  position = $state.raw<ListPosition>(NOWHERE);
  counts = $state.raw<Partial<Record<DirectoryFilter, number>>>({});
  error = $state.raw<BackendError | undefined>(undefined);
  /** The first answer has come. */
  ready = $state(false);
  slow = $state(false);

  #pages = $state.raw<ReadonlyMap<number, readonly CardholderRow[]>>(new Map());
  #asked = new Map<number, Promise<void>>();
  #question = 0;
  #loading: Promise<void> = Promise.resolve();
  /** A reading that was begun before there was a screen to show it. */
  #begun: Promise<void> | undefined;

  get order(): DirectoryOrder {
    return this.columns.order ?? BY_NAME;
  }

  row(index: number): CardholderRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** The number of a cardholder's row, where it has been fetched. */
  indexOf(cardholderId: string): number {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.cardholderId === cardholderId);
      if (at >= 0) return page * PAGE_ROWS + at;
    }
    return -1;
  }

  /** The number of a cardholder's row in the list as it is asked for, fetched or not; -1 if it has none. */
  async locate(cardholderId: string): Promise<number> {
    try {
      const page = await backend.directory({ ...this.query, locate: cardholderId, limit: 1 });
      return page.located ?? -1;
    } catch {
      return -1;
    }
  }

  async find(text: string): Promise<void> {
    this.text = text;
    this.position = NOWHERE;
    await this.load();
  }

  async show(filter: DirectoryFilter): Promise<void> {
    this.filter = filter;
    this.position = NOWHERE;
    await this.load();
  }

  /** Sorts by a column; the second time the other way round. The active cardholder stays active, wherever they stand. */
  async sort(by: DirectoryColumn): Promise<void> {
    this.columns.sortBy(by, BY_NAME);
    await this.load();
  }

  /** What is asked for, from its first row on. */
  get query(): DirectoryQuery {
    return { text: this.text, filter: this.filter, order: this.order, locate: null, offset: 0, limit: PAGE_ROWS };
  }

  /**
   * Fetches the list anew. The rows on show stay until the first new ones are here. The active cardholder stays active,
   * wherever they now stand.
   */
  load(): Promise<void> {
    return (this.#loading = this.#load());
  }

  /** Done when the list on show answers what was asked for last. */
  async settled(): Promise<void> {
    let waited;
    do await (waited = this.#loading);
    while (waited !== this.#loading);
  }

  async #load(): Promise<void> {
    const question = ++this.#question;
    const active = this.position.active;
    const locate = this.row(active)?.cardholderId ?? null;
    const timer = setTimeout(() => (this.slow = question === this.#question), SKELETON_AFTER_MS);
    try {
      const page = await this.#ask(0, locate);
      if (question !== this.#question) return;
      // Whoever was moved to while the answer was on its way is active now.
      if (this.position.active === active) this.position = standingAt(page.located);
      this.#asked = new Map([[0, Promise.resolve()]]);
      this.#pages = new Map([[0, page.rows]]);
      this.matched = page.matched;
      this.total = page.total;
      this.error = undefined;
      this.ready = true;
    } catch (thrown) {
      if (question === this.#question) this.error = asBackendError(thrown);
    } finally {
      clearTimeout(timer);
      if (question === this.#question) this.slow = false;
    }
  }

  /** Fetches what is missing of the rows in sight; done when they are here. */
  async ensure(from: number, to: number): Promise<void> {
    const wanted = [];
    for (let page = Math.floor(from / PAGE_ROWS); page <= Math.floor(to / PAGE_ROWS); page += 1) {
      let asked = this.#asked.get(page);
      if (!asked) {
        asked = this.#fetch(page);
        this.#asked.set(page, asked);
      }
      wanted.push(asked);
    }
    await Promise.all(wanted);
  }

  async #fetch(page: number): Promise<void> {
    const question = this.#question;
    try {
      const answer = await this.#ask(page);
      if (question === this.#question) this.#pages = new Map(this.#pages).set(page, answer.rows);
    } catch {
      // Forgotten, so that the rows are asked for again when they next come into sight.
      if (question === this.#question) this.#asked.delete(page);
    }
  }

  /** Fetches the rows that are chosen, so that they can be copied at once; none of them if they are too many. */
  async ensureChosen(): Promise<void> {
    const { selected } = this.position;
    if (selected.size < 2 || selected.size > MOST_COPIED) return;
    const pages = new Set([...selected].map((index) => Math.floor(index / PAGE_ROWS) * PAGE_ROWS));
    await Promise.all([...pages].map((first) => this.ensure(first, first)));
  }

  /** The rows that are chosen, in the order of the list; nothing while one of them is still on its way. */
  get chosen(): CardholderRow[] | undefined {
    const rows = [...this.position.selected].sort((one, other) => one - other).map((index) => this.row(index));
    const here = rows.filter((row) => row !== undefined);
    return here.length === rows.length ? here : undefined;
  }

  /** How many stand behind each filter. */
  async count(): Promise<void> {
    try {
      const pages = await Promise.all(
        FILTERS.map((filter) =>
          backend.directory({ text: '', filter, order: BY_NAME, locate: null, offset: 0, limit: 1 }),
        ),
      );
      this.counts = Object.fromEntries(FILTERS.map((filter, at) => [filter, pages[at]?.matched]));
    } catch {
      // The list itself says what is wrong with the directory.
    }
  }

  /** Forgets every row and figure. */
  clear(): void {
    this.#question += 1;
    this.#begun = undefined;
    this.#pages = new Map();
    this.#asked = new Map();
    this.text = '';
    this.filter = 'all';
    this.matched = 0;
    this.total = 0;
    this.position = NOWHERE;
    this.counts = {};
    this.error = undefined;
    this.ready = false;
    this.slow = false;
  }

  /**
   * Begins to read while the program starts, so that the first picture has the list in it. Done when the rows are here,
   * in the order that is remembered: that is known only once the session is `opened`, and seldom another than the usual.
   */
  begin(opened: Promise<unknown>): Promise<void> {
    const usual = this.order;
    const rows = Promise.allSettled([this.load(), opened]).then(async () => {
      const { by, isDescending } = this.order;
      if (by !== usual.by || isDescending !== usual.isDescending) await this.load();
    });
    this.#begun = Promise.all([rows, this.count()]).then(() => undefined);
    return rows;
  }

  /** What a screen asks for that comes on show: the reading that was begun for it, or else a new one. */
  async appear(): Promise<void> {
    const begun = this.#begun;
    this.#begun = undefined;
    await (begun ?? this.refresh());
  }

  /** After a change somewhere else: list and figures anew, the active row kept. */
  async refresh(): Promise<void> {
    await Promise.all([this.load(), this.count()]);
  }

  /** Reads anew where a cardholder's row still shows a card in another state than was just seen at the gateway. */
  async follow(cardholderId: string, seen: ReadonlyArray<Pick<CardBadge, 'cardId' | 'state'>>): Promise<void> {
    const states = new Map(seen.map((card) => [card.cardId, card.state]));
    const row = this.row(this.indexOf(cardholderId));
    if (row?.cards.some((card) => (states.get(card.cardId) ?? card.state) !== card.state)) await this.refresh();
  }

  #ask(page: number, locate: string | null = null) {
    return backend.directory({ ...this.query, locate, offset: page * PAGE_ROWS });
  }
}

function standingAt(index: number | null): ListPosition {
  return index === null ? NOWHERE : { active: index, anchor: index, selected: new Set([index]) };
}

export const directory = new Directory();
forgetWithProfile(() => directory.clear());
