// The print room: who still needs an insert, what is chosen, the paper, the preview, and the run that comes of it. The
// pages are made, and every code on them is read back, in Rust; this asks for them. It outlives the screen.

import { Loadable } from '$lib/app/loadable.svelte';
import type { WantedInsert } from '$lib/app/navigation.svelte';
import {
  backend,
  type InsertLanguage,
  type PreviewPage,
  type PrintRequest,
  type PrintRunView,
  type QueueFilter,
  type QueueRow,
  type TemplateSummary,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { NOWHERE, type ListPosition } from '$lib/list/keyboard';
import { ListColumns, type Column } from '$lib/list/columns.svelte';
import { instantKey, positionAfter, sortRows, type ListOrder, type SortKey } from '$lib/list/sorting';
import { printPaper } from './print-paper.svelte';
import { printPrinter } from './print-printer.svelte';

/** The desk takes this many inserts in one run. */
export const RUN_MAX = 10_000;

export type QueueColumn = 'name' | 'last_four' | 'issued' | 'serial' | 'printed';

const NAME_AND_CARD: ReadonlyArray<Column<QueueColumn>> = [
  { name: 'name', title: 'column.cardholder', min: 120, always: true },
  { name: 'last_four', title: 'column.card', number: true, min: 60, width: 84 },
];
const AROUND = { gap: 12, lead: 22 };

const SORTED_BY: Record<QueueColumn, (row: QueueRow) => SortKey | null> = {
  name: (row) => row.displayName,
  last_four: (row) => row.lastFour,
  issued: (row) => instantKey(row.issuedAt),
  serial: (row) => row.serial,
  printed: (row) => instantKey(row.printedAt),
};

export class PrintRoom {
  filter = $state<QueueFilter>('needs_insert');
  /** Each list has columns and an order of its own. */
  readonly #columns: Record<QueueFilter, ListColumns<QueueColumn>> = {
    needs_insert: new ListColumns(
      'needing_insert',
      [...NAME_AND_CARD, { name: 'issued', title: 'column.issued', min: 60, width: 100 }],
      AROUND,
    ),
    printed: new ListColumns(
      'printed_inserts',
      [
        ...NAME_AND_CARD,
        { name: 'printed', title: 'column.printed', min: 60, width: 100, hidden: true },
        { name: 'serial', title: 'column.serial', min: 60, width: 100 },
      ],
      AROUND,
    ),
  };
  position = $state.raw<ListPosition>(NOWHERE);
  template = $state('classic');
  language = $state<InsertLanguage>('spanish');
  reprintReason = $state('');
  page = $state(1);
  making = $state<'file' | 'printer' | null>(null);
  run = $state.raw<PrintRunView | undefined>(undefined);
  runError = $state.raw<BackendError | undefined>(undefined);

  readonly queue = new Loadable<QueueRow[]>();
  readonly preview = new Loadable<PreviewPage>();

  get columns(): ListColumns<QueueColumn> {
    return this.#columns[this.filter];
  }

  /** Nothing: in the order of the queue. */
  get order(): ListOrder<QueueColumn> | undefined {
    return this.columns.order;
  }

  readonly #sorted = $derived.by((): readonly QueueRow[] => {
    const rows = this.queue.value ?? [];
    const { order } = this;
    return order ? sortRows(rows, SORTED_BY[order.by], order.isDescending) : rows;
  });

  get rows(): readonly QueueRow[] {
    return this.#sorted;
  }

  /** Sorts, and prints, by a column. What was chosen stays chosen. */
  sort(by: QueueColumn): void {
    const before = this.rows;
    this.columns.sortBy(by);
    this.position = positionAfter(this.position, before, this.rows);
    this.page = 1;
  }

  get chosen(): QueueRow[] {
    return [...this.position.selected].sort((one, other) => one - other).flatMap((index) => this.rows[index] ?? []);
  }

  /** Whether one of the chosen has an insert already: then there has to be a reason. */
  get isReprint(): boolean {
    return this.chosen.some((row) => row.serial !== null);
  }

  /** Takes a template, in a language that it has. */
  use({ id, languages }: Pick<TemplateSummary, 'id' | 'languages'>): void {
    this.template = id;
    if (!languages.includes(this.language)) this.language = languages[0] ?? 'spanish';
  }

  request(): PrintRequest | undefined {
    const items = this.chosen.map(({ cardholderId, cardId }) => ({ cardholderId, cardId }));
    if (items.length === 0) return undefined;
    const reason = this.reprintReason.trim();
    return {
      items,
      ...printPaper.wire(),
      templateId: this.template,
      language: this.language,
      reprintReason: this.isReprint && reason !== '' ? reason : null,
    };
  }

  /** Fetches the queue and chooses all of it. */
  async show(filter: QueueFilter): Promise<void> {
    const rows = await this.#fetch(filter);
    if (rows) this.choose(filter === 'needs_insert' ? this.rows.slice(0, RUN_MAX).map((_, index) => index) : []);
  }

  #fetch(filter: QueueFilter): Promise<QueueRow[] | undefined> {
    this.filter = filter;
    return this.queue.run(() => backend.insertQueue(filter));
  }

  /** After a run: the queue without what was made, and nothing chosen, so that nothing is made twice by one key too many. */
  async showAfterRun(): Promise<void> {
    await this.show('needs_insert');
    this.choose([]);
  }

  /**
   * Opens with one insert chosen, from whichever list it is in. Others are never chosen with it, not even until it is found:
   * they were not asked for. Whether it is in one of the lists; nothing where they can't be read.
   */
  async showWanted({ cardholderId, cardId }: WantedInsert): Promise<boolean | undefined> {
    this.choose([]);
    for (const filter of ['needs_insert', 'printed'] as const) {
      await this.#fetch(filter);
      const index = this.rows.findIndex(
        (row) => row.cardholderId === cardholderId && (cardId === null || row.cardId === cardId),
      );
      if (index >= 0) {
        this.choose([index]);
        return true;
      }
    }
    return (await this.#fetch('needs_insert')) === undefined ? undefined : false;
  }

  choose(indexes: readonly number[]): void {
    this.position = { active: indexes[0] ?? -1, anchor: indexes[0] ?? -1, selected: new Set(indexes) };
    this.page = 1;
  }

  /** Forgets the queue, the page and the run. */
  clear(): void {
    this.filter = 'needs_insert';
    this.position = NOWHERE;
    this.reprintReason = '';
    this.page = 1;
    this.run = undefined;
    this.runError = undefined;
    this.queue.clear();
    this.preview.clear();
  }

  /** The page to be looked at, as it will be printed. */
  async showPage(): Promise<void> {
    const request = this.request();
    if (!request) {
      // What was just made stays in sight until something else is chosen.
      if (!this.run) this.preview.clear();
      return;
    }
    const shown = await this.preview.run(() => backend.previewInserts(request, this.page));
    if (shown) this.page = shown.page;
  }

  /** Makes the run, once at a time: into a PDF, or into a printer's queue. */
  async make(to: 'file' | 'printer'): Promise<PrintRunView | undefined> {
    const request = this.request();
    if (!request || this.making) return undefined;
    this.making = to;
    this.run = undefined;
    this.runError = undefined;
    try {
      const run =
        to === 'file' ? await backend.saveInserts(request) : await backend.printInserts(request, printPrinter.wire());
      this.run = run;
      this.reprintReason = '';
      printPaper.used(run.inserts);
      return run;
    } catch (thrown) {
      this.runError = asBackendError(thrown);
      return undefined;
    } finally {
      this.making = null;
    }
  }
}

/** Thousandths of a millimetre as millimetres: 508 as `0.508`, 26,924 with one decimal as `26.9`. Rounds half up. */
export function formatMillimetres(micrometres: number, decimals: 1 | 3): string {
  const unit = decimals === 3 ? 1 : 100;
  const parts = Math.floor((micrometres + unit / 2) / unit);
  const scale = 1000 / unit;
  return `${Math.floor(parts / scale)}.${String(parts % scale).padStart(decimals, '0')}`;
}

export const printRoom = new PrintRoom();
forgetWithProfile(() => printRoom.clear());
