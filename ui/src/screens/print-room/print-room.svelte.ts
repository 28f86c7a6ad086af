// The print room: who still needs an insert, what is chosen, the paper, the preview, and the run that comes of it. The
// pages are made, and every code on them is read back, in Rust; this asks for them. It outlives the screen.

import { Loadable } from '$lib/app/loadable.svelte';
import type { WantedInsert } from '$lib/app/navigation.svelte';
import {
  backend,
  type EmbosserOrder,
  type InsertLanguage,
  type PreviewCheck,
  type PreviewPage,
  type PrintRequest,
  type PrintRunView,
  type QueueFilter,
  type QueueRow,
  type TemplateSummary,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { QueueFind, type Found } from './queue-find';
import { Making } from './making.svelte';
import { NOWHERE, type ListPosition } from '$lib/list/keyboard';
import { ListColumns, type Column } from '$lib/list/columns.svelte';
import { instantKey, positionAfter, sortRows, type ListOrder, type SortKey } from '$lib/list/sorting';
import { printPaper } from './print-paper.svelte';
import { printPrinter } from './print-printer.svelte';

/** The desk takes this many inserts in one run. */
export const RUN_MAX = 100_000;

/** How often it is asked how far the check of a preview is, in milliseconds. */
const CHECK_EVERY_MS = 300;

/** What the list at the left shows: who needs an insert, whose was printed, or the runs. */
export type Tab = QueueFilter | 'runs';

export type QueueColumn = 'name' | 'last_four' | 'issued' | 'reason' | 'serial' | 'printed';

const NAME_AND_CARD: ReadonlyArray<Column<QueueColumn>> = [
  { name: 'name', title: 'column.cardholder', min: 120, always: true },
  { name: 'last_four', title: 'column.card', number: true, min: 60, width: 84 },
];
const AROUND = { gap: 12, lead: 22 };

const SORTED_BY: Record<QueueColumn, (row: QueueRow) => SortKey | null> = {
  name: (row) => row.displayName,
  last_four: (row) => row.lastFour,
  issued: (row) => instantKey(row.issuedAt),
  reason: (row) => row.reason,
  serial: (row) => row.serial,
  printed: (row) => instantKey(row.printedAt),
};

/** Where a run goes: a PDF, a printer, or one insert as a PDF for e-mail. */
export type Destination = 'file' | 'printer' | 'email';

export class PrintRoom {
  filter = $state<QueueFilter>('needs_insert');
  /** Each list has columns and an order of its own. */
  readonly #columns: Record<QueueFilter, ListColumns<QueueColumn>> = {
    needs_insert: new ListColumns(
      'needing_insert',
      [
        ...NAME_AND_CARD,
        { name: 'issued', title: 'column.issued', min: 60, width: 100 },
        { name: 'reason', title: 'column.queue_reason', min: 60, width: 112, room: 520 },
      ],
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
  /** The runs are on show instead of the queue. */
  showsRuns = $state(false);
  /** What the list is narrowed down to. */
  found = $state.raw<Found>({ text: '', since: '' });
  /** The order of the embosser's box, while it is followed. */
  box = $state.raw<EmbosserOrder | undefined>(undefined);
  /** The embosser's list is being read. */
  readsBox = $state(false);
  position = $state.raw<ListPosition>(NOWHERE);
  template = $state('classic');
  language = $state<InsertLanguage>('spanish');
  reprintReason = $state('');
  page = $state(1);
  making = $state<Destination | null>(null);
  /** How far the run is that is on its way. */
  readonly underWay = new Making();
  run = $state.raw<PrintRunView | undefined>(undefined);
  runError = $state.raw<BackendError | undefined>(undefined);

  readonly queue = new Loadable<QueueRow[]>();
  readonly preview = new Loadable<PreviewPage>();
  /** Whether everything of the preview can be printed. */
  check = $state.raw<PreviewCheck | undefined>(undefined);

  get columns(): ListColumns<QueueColumn> {
    return this.#columns[this.filter];
  }

  /** Nothing: in the order of the queue. */
  get order(): ListOrder<QueueColumn> | undefined {
    return this.columns.order;
  }

  get tab(): Tab {
    return this.showsRuns ? 'runs' : this.filter;
  }

  readonly #sorted = $derived.by((): readonly QueueRow[] => {
    const rows = this.queue.value ?? [];
    const { order, box } = this;
    if (box && this.filter === 'needs_insert') return inBox(rows, box);
    return order ? sortRows(rows, SORTED_BY[order.by], order.isDescending) : rows;
  });

  readonly #find = $derived(new QueueFind(this.#sorted));
  readonly #found = $derived(this.#find.matching(this.found));

  get rows(): readonly QueueRow[] {
    return this.#found;
  }

  /** Rows of the queue that the box's order leaves out: their plastics are not in the box. */
  get notInBox(): number {
    return this.box && this.filter === 'needs_insert' ? (this.queue.value?.length ?? 0) - this.#sorted.length : 0;
  }

  /** Narrows the list down. What is not in sight any more is not chosen any more. */
  find(found: Partial<Found>): void {
    this.#rearrange(() => (this.found = { ...this.found, ...found }));
  }

  /** Follows the order of the embosser's box, and chooses what lies in it. */
  followBox(box: EmbosserOrder): void {
    this.box = box;
    this.readsBox = false;
    this.found = { text: '', since: '' };
    this.chooseAll();
  }

  leaveBox(): void {
    this.#rearrange(() => (this.box = undefined));
  }

  #rearrange(change: () => void): void {
    const before = this.rows;
    change();
    this.position = positionAfter(this.position, before, this.rows);
    this.page = 1;
  }

  /** Sorts, and prints, by a column. What was chosen stays chosen. */
  sort(by: QueueColumn): void {
    this.#rearrange(() => {
      this.box = undefined;
      this.columns.sortBy(by);
    });
  }

  readonly #chosen = $derived.by((): QueueRow[] => {
    const { rows } = this;
    return [...this.position.selected].sort((one, other) => one - other).flatMap((index) => rows[index] ?? []);
  });

  get chosen(): QueueRow[] {
    return this.#chosen;
  }

  /** Whether one of the chosen has an insert already: then there has to be a reason. */
  readonly isReprint = $derived(this.#chosen.some((row) => row.serial !== null));

  /** Takes a template, in a language that it has. */
  use({ id, languages }: Pick<TemplateSummary, 'id' | 'languages'>): void {
    this.template = id;
    if (!languages.includes(this.language)) this.language = languages[0] ?? 'spanish';
  }

  request(forEmail = false): PrintRequest | undefined {
    const items = this.chosen.map(({ cardholderId, cardId }) => ({ cardholderId, cardId }));
    if (items.length === 0) return undefined;
    const reason = this.reprintReason.trim();
    return {
      items,
      ...printPaper.wire(),
      templateId: this.template,
      language: this.language,
      forEmail,
      reprintReason: this.isReprint && reason !== '' ? reason : null,
    };
  }

  /** Fetches the queue. Nothing of it is chosen: what is printed, and counts, somebody has asked for. */
  async show(filter: QueueFilter): Promise<void> {
    this.choose([]);
    this.#turnTo(filter);
    await this.#fetchAround();
  }

  /** The rows of another list go with it: nobody is chosen from them under this one's name. */
  #turnTo(filter: QueueFilter): void {
    if (filter !== this.filter) this.queue.clear();
    this.filter = filter;
    this.showsRuns = false;
  }

  /** Fetches it around what is chosen and where the keyboard is, also around what is chosen before it is there. */
  async #fetchAround(): Promise<void> {
    const { filter } = this;
    let before: string[] = [];
    const rows = await this.queue.run(async () => {
      const fetched = await backend.insertQueue(filter);
      before = this.#cardIds();
      return fetched;
    });
    if (!rows) return;
    const { active, anchor, selected } = positionAfter(this.position, before, this.#cardIds());
    // Where the row has gone, the keyboard goes on with the one in its place.
    const place = active < 0 ? Math.min(this.position.active, this.rows.length - 1) : active;
    this.position = { active: place, anchor: anchor < 0 ? place : anchor, selected };
    this.page = 1;
  }

  #cardIds(): string[] {
    return this.rows.map(({ cardId }) => cardId);
  }

  /** How many of the list one run can take. */
  get choosable(): number {
    return Math.min(this.rows.length, RUN_MAX);
  }

  chooseAll(): void {
    this.choose(this.rows.slice(0, RUN_MAX).map((_, index) => index));
  }

  #fetch(filter: QueueFilter): Promise<QueueRow[] | undefined> {
    this.#turnTo(filter);
    return this.queue.run(() => backend.insertQueue(filter));
  }

  /** Something else was done meanwhile, here or on another screen: the list follows, and whoever was chosen stays so. */
  async refreshQueue(): Promise<void> {
    if (this.showsRuns || this.making !== null) return;
    await this.#fetchAround();
  }

  /**
   * After a run: the list it was made from, as it is now, and nothing chosen, so that nothing is made twice by one key too many.
   * Whoever went to another list, or to the runs, meanwhile stays there.
   */
  async showAfterRun(): Promise<void> {
    const { filter } = this;
    this.box = undefined;
    // What was printed again is still in its list, and is found there by the same words.
    if (filter === 'needs_insert') this.found = { text: '', since: '' };
    // Already while it is on its way: what came of the run would come, go and come again.
    this.choose([]);
    if (this.showsRuns) return;
    await this.#fetch(filter);
    this.choose([]);
  }

  /**
   * Opens with one insert chosen, from whichever list it is in. Others are never chosen with it, not even until it is found:
   * they were not asked for. Whether it is in one of the lists; nothing where they can't be read.
   */
  async showWanted({ cardholderId, cardId }: WantedInsert): Promise<boolean | undefined> {
    this.choose([]);
    this.box = undefined;
    this.found = { text: '', since: '' };
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
    this.showsRuns = false;
    this.found = { text: '', since: '' };
    this.box = undefined;
    this.readsBox = false;
    this.check = undefined;
    this.#previewed = undefined;
    this.position = NOWHERE;
    this.reprintReason = '';
    this.page = 1;
    this.run = undefined;
    this.runError = undefined;
    this.queue.clear();
    this.preview.clear();
  }

  /** What the preview is of. Its pages are asked for by its id, without naming thousands of inserts each time. */
  #previewed: { chosen: QueueRow[]; how: string; id: string } | undefined;

  /** The page to be looked at, as it will be printed. */
  showPage(): Promise<void> {
    return this.#showPage(false);
  }

  async #showPage(isOpenedAgain: boolean): Promise<void> {
    const request = this.request();
    if (!request) {
      // What was just made stays in sight until something else is chosen.
      if (!this.run) this.preview.clear();
      this.check = undefined;
      return;
    }
    const { chosen, page } = this;
    const how = JSON.stringify({ ...request, items: [], reprintReason: null });
    const known = this.#previewed;
    const isSame = known?.chosen === chosen && known.how === how;
    const shown = await this.preview.run(async () => {
      if (isSame) {
        try {
          return await backend.previewPage(known.id, page);
        } catch (thrown) {
          if (asBackendError(thrown).code !== 'preview_gone') throw thrown;
        }
      }
      return backend.previewInserts(request, page);
    });
    if (!shown) return;
    this.page = shown.page;
    const isNew = this.#previewed?.id !== shown.id;
    this.#previewed = { chosen, how, id: shown.id };
    if (isNew) void this.#followCheck(shown.id, isOpenedAgain);
  }

  /** Turns to another page of the same preview. */
  async turnTo(page: number): Promise<void> {
    this.page = page;
    await this.showPage();
  }

  #isShown(id: string): boolean {
    return this.#previewed?.id === id;
  }

  async #followCheck(id: string, isOpenedAgain: boolean): Promise<void> {
    this.check = undefined;
    while (this.#isShown(id)) {
      try {
        const check = await backend.previewCheck(id);
        if (!this.#isShown(id)) return;
        this.check = check;
        if (check.isDone) return;
      } catch (thrown) {
        // Where another preview is on show, or on its way, that one is checked. One that went while it is on show is opened
        // again, once: what goes each time would be asked for without an end.
        const isGone = asBackendError(thrown).code === 'preview_gone';
        if (isGone && this.#isShown(id) && !isOpenedAgain && !this.preview.busy) await this.#showPage(true);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
    }
  }

  /** Makes the run, once at a time: into a PDF, or into a printer's queue. */
  async make(to: Destination): Promise<PrintRunView | undefined> {
    const request = this.request(to === 'email');
    if (!request || this.making) return undefined;
    this.making = to;
    const run = await this.#made(() =>
      to === 'printer' ? backend.printInserts(request, printPrinter.wire()) : backend.saveInserts(request),
    );
    if (run) this.reprintReason = '';
    return run;
  }

  /** Makes an interrupted run again, to where it was meant to go. */
  async makeDraft(number: string): Promise<PrintRunView | undefined> {
    if (this.making) return undefined;
    this.making = 'file';
    return this.#made(() => backend.makeDraft(number));
  }

  /** Follows a run that was begun before the page was loaded, and says whether there was one. */
  async resume(): Promise<boolean> {
    if ((await backend.printing()) === null) return false;
    this.making = 'file';
    try {
      return await this.underWay.resume();
    } finally {
      this.making = null;
    }
  }

  async #made(make: () => Promise<PrintRunView>): Promise<PrintRunView | undefined> {
    this.run = undefined;
    this.runError = undefined;
    try {
      this.run = await this.underWay.during(make);
      return this.run;
    } catch (thrown) {
      this.runError = asBackendError(thrown);
      return undefined;
    } finally {
      this.making = null;
    }
  }
}

/** The rows of the cards in the box, in its order. */
function inBox(rows: readonly QueueRow[], box: EmbosserOrder): QueueRow[] {
  const byCard = new Map(rows.map((row) => [row.cardId, row]));
  return box.cardIds.flatMap((cardId) => byCard.get(cardId) ?? []);
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
