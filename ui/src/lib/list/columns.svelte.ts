// The columns of a list as the operator has set them: which are shown, how wide each is, and by which the list is
// sorted. Kept in the settings, one entry for each list, so that the next start finds them. Drawing them is the list's.

import { sessionIsOpen, session } from '$lib/app/session.svelte';
import { work } from '$lib/app/work.svelte';
import { backend, type ListColumn, type ListLayout, type ListName } from '$lib/backend';
import { asBackendError } from '$lib/backend/errors';
import { errorText } from '$lib/i18n/errors';
import type { MessageKey } from '$lib/i18n/index.svelte';
import { nextOrder, type ListOrder } from './sorting';

export interface Column<Name extends string> {
  name: Name;
  title: MessageKey;
  /** Figures: they end where their title ends. */
  number?: boolean;
  /** Pixels that it never gets less than. */
  min: number;
  /** Pixels that it has until the operator makes it wider or narrower; without them it takes what is left. */
  width?: number;
  /** Not shown until it is chosen. */
  hidden?: boolean;
  /** Shown always: without it nobody knows what a row is. */
  always?: boolean;
  /** Gives way while the list has fewer pixels than this, however it was chosen. */
  room?: number;
}

/** What stands around the columns. */
export interface Surroundings {
  /** Pixels between two columns, as the list's style has them. */
  gap: number;
  /** Pixels of a column before the first, such as the check box's. */
  lead?: number;
  /** Pixels at each end of a row, where they are not the usual ones. */
  padding?: number;
}

/** Pixels at each end of a row, as the style of lists has them. */
const ROW_PADDING = 12;

/** Changes of widths by key come in bursts: they are kept once they have ended, in milliseconds. */
const SETTLE_MS = 300;

const NOTHING_SET: ListLayout = { columns: [], sorting: null, widthPx: null };

/** One change is kept after the other, so that the last one is what stays. */
let keeping: Promise<unknown> = Promise.resolve();

export class ListColumns<Name extends string> {
  /** What was set since the window was opened. */
  #own = $state.raw<ListLayout | undefined>(undefined);
  /** Pixels that the list has. */
  available = $state(Number.POSITIVE_INFINITY);
  /** Pixels that columns need for what stands in them now, where a list knows: until the operator makes them wider or narrower. */
  fitted = $state.raw<Partial<Record<Name, number>>>({});
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly list: ListName,
    readonly all: ReadonlyArray<Column<Name>>,
    readonly surroundings: Surroundings,
  ) {}

  get #layout(): ListLayout {
    return this.#own ?? (sessionIsOpen() ? session().settings.lists[this.list] : undefined) ?? NOTHING_SET;
  }

  #set(name: Name): ListColumn | undefined {
    return this.#layout.columns.find((column) => column.name === name);
  }

  isShown(column: Column<Name>): boolean {
    return column.always === true || (this.#set(column.name)?.isShown ?? column.hidden !== true);
  }

  get shown(): ReadonlyArray<Column<Name>> {
    return this.all.filter((column) => this.isShown(column) && this.available >= (column.room ?? 0));
  }

  /** Pixels, or nothing for what is left. */
  width(column: Column<Name>): number | undefined {
    const width = this.#set(column.name)?.widthPx ?? this.fitted[column.name] ?? column.width;
    return width === undefined ? undefined : Math.max(width, column.min);
  }

  /** The tracks of the list's grid. */
  get template(): string {
    const tracks = this.shown.map((column) => {
      const width = this.width(column);
      return width === undefined ? `minmax(${column.min}px, 1fr)` : `${width}px`;
    });
    const { lead } = this.surroundings;
    return [...(lead === undefined ? [] : [`${lead}px`]), ...tracks].join(' ');
  }

  /** Below this many pixels the list scrolls sideways. */
  get minWidth(): number {
    const { gap, lead, padding = ROW_PADDING } = this.surroundings;
    const widths = this.shown.map((column) => this.width(column) ?? column.min);
    const tracks = lead === undefined ? widths : [lead, ...widths];
    return tracks.reduce((sum, width) => sum + width, 2 * padding + gap * (tracks.length - 1));
  }

  /** By what the list is sorted; nothing for its own order. */
  get order(): ListOrder<Name> | undefined {
    const { sorting } = this.#layout;
    const column = this.all.find(({ name }) => name === sorting?.column);
    return sorting && column ? { by: column.name, isDescending: sorting.isDescending } : undefined;
  }

  /** Pixels of the whole list, where it can be made wider. */
  get listWidth(): number | undefined {
    return this.#layout.widthPx ?? undefined;
  }

  /** Sorts by a column; the second time the other way round. */
  sortBy(name: Name, usual?: ListOrder<Name>): void {
    this.sortAs(nextOrder(this.order ?? usual, name));
  }

  /** Sorts by a column in one way. */
  sortAs({ by, isDescending }: ListOrder<Name>): void {
    this.#keep({ ...this.#layout, sorting: { column: by, isDescending } });
  }

  show(column: Column<Name>, isShown: boolean): void {
    this.#change(column, { isShown });
  }

  /** Makes a column as wide; `settled` when the pointer let go. */
  resize(column: Column<Name>, width: number, settled = false): void {
    this.#change(column, { widthPx: Math.round(Math.max(width, column.min)) }, settled);
  }

  /** The column is as wide as it was at first. */
  fit(column: Column<Name>): void {
    this.#change(column, { widthPx: null });
  }

  resizeList(width: number, settled = false): void {
    this.#keep({ ...this.#layout, widthPx: Math.round(width) }, settled);
  }

  /**
   * Whose width the edge after a column changes, and in which direction: where the column takes what is left, the one
   * after it gives way. The last column has no such edge.
   */
  edgeAfter(column: Column<Name>): { column: Column<Name>; sign: 1 | -1 } | undefined {
    const shown = this.shown;
    const next = shown[shown.indexOf(column) + 1];
    if (!next) return undefined;
    const nextGives = this.width(column) === undefined && this.width(next) !== undefined;
    return nextGives ? { column: next, sign: -1 } : { column, sign: 1 };
  }

  get isAsAtFirst(): boolean {
    return this.#layout.columns.length === 0 && this.#layout.widthPx === null;
  }

  /** Columns and widths as at first; the order stays. */
  reset(): void {
    this.#keep({ ...this.#layout, columns: [], widthPx: null });
  }

  #change(column: Column<Name>, change: Partial<ListColumn>, settled = true): void {
    const before = this.#set(column.name) ?? { name: column.name, isShown: this.isShown(column), widthPx: null };
    const others = this.#layout.columns.filter(({ name }) => name !== column.name);
    this.#keep({ ...this.#layout, columns: [...others, { ...before, ...change }] }, settled);
  }

  #keep(layout: ListLayout, settled = true): void {
    this.#own = layout;
    clearTimeout(this.#timer);
    const keep = () => {
      const change = { list: this.list, layout };
      keeping = keeping.then(() => backend.changeSettings({ setting: 'list', value: change })).catch(unkept);
    };
    if (settled) keep();
    else this.#timer = setTimeout(keep, SETTLE_MS);
  }
}

function unkept(thrown: unknown): void {
  const error = asBackendError(thrown);
  work.say(() => errorText(error), false);
}
