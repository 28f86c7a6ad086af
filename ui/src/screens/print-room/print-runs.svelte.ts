// The runs: the list, the one that is looked at with its inserts and pages, and what can be done with it afterwards.

import { Loadable } from '$lib/app/loadable.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import {
  backend,
  type FieldProblem,
  type HappeningView,
  type PagesAgain,
  type PreviewPage,
  type RunDetail,
  type RunInsertRow,
  type RunRow,
  type RunsView,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { ListColumns } from '$lib/list/columns.svelte';
import { NOWHERE, type ListPosition } from '$lib/list/keyboard';
import { instantKey, positionAfter, sortRows, type SortKey } from '$lib/list/sorting';
import { Making } from './making.svelte';
import { folded } from './queue-find';
import { destination, type InsertColumn, type RunColumn } from './run-table';

const AROUND = { gap: 12 };
/** As many happenings as one insert has at the very most. */
const VOIDINGS_MAX = 50;

const RUNS_BY: Record<RunColumn, (run: RunRow) => SortKey | null> = {
  run: (run) => Number(run.number),
  made: (run) => instantKey(run.endedAt),
  operator: (run) => run.operator,
  inserts: (run) => run.inserts,
  pages: (run) => run.pages,
  sent_to: (run) => (run.state === 'discarded' ? null : destination(run)),
};

const INSERTS_BY: Record<InsertColumn, (insert: RunInsertRow) => SortKey | null> = {
  serial: (insert) => insert.serial,
  name: (insert) => insert.displayName,
  last_four: (insert) => insert.lastFour,
  page: (insert) => insert.page,
  state: (insert) => insert.state,
};

export class PrintRuns {
  readonly list = new Loadable<RunsView>();
  readonly detail = new Loadable<RunDetail>();
  readonly preview = new Loadable<PreviewPage>();
  readonly underWay = new Making();
  readonly columns = new ListColumns<RunColumn>(
    'print_runs',
    [
      { name: 'run', title: 'column.run', min: 50, width: 64, always: true },
      { name: 'made', title: 'column.run_made', min: 60, width: 104 },
      { name: 'operator', title: 'column.operator', min: 60, width: 104, room: 560 },
      { name: 'inserts', title: 'column.inserts', number: true, min: 50, width: 72 },
      { name: 'pages', title: 'column.pages', number: true, min: 50, width: 72, room: 500 },
      { name: 'sent_to', title: 'column.file_or_printer', min: 90 },
    ],
    AROUND,
  );
  readonly insertColumns = new ListColumns<InsertColumn>(
    'run_inserts',
    [
      { name: 'serial', title: 'column.serial', min: 70, width: 84, always: true },
      { name: 'name', title: 'column.cardholder', min: 110, always: true },
      { name: 'last_four', title: 'column.card', number: true, min: 60, width: 72 },
      { name: 'page', title: 'column.page', number: true, min: 44, width: 64, room: 520 },
      { name: 'state', title: 'column.state', min: 60, width: 80 },
    ],
    AROUND,
  );
  position = $state.raw<ListPosition>(NOWHERE);
  /** The inserts of the run are on show instead of the runs. */
  showsInserts = $state(false);
  insertPosition = $state.raw<ListPosition>(NOWHERE);
  text = $state('');
  page = $state(1);
  /** What is typed for pages that were spoilt. */
  pages = $state('');
  reason = $state('');
  error = $state.raw<BackendError | undefined>(undefined);
  /** Why an interrupted run could not be ended. */
  draftError = $state.raw<BackendError | undefined>(undefined);
  again = $state.raw<PagesAgain | undefined>(undefined);
  busy = $state(false);
  #voiding = $state.raw<HappeningView | undefined>(undefined);

  readonly #sorted = $derived.by((): readonly RunRow[] => {
    const runs = this.list.value?.runs ?? [];
    const { order } = this.columns;
    return order ? sortRows(runs, RUNS_BY[order.by], order.isDescending) : runs;
  });

  get runs(): readonly RunRow[] {
    return this.#sorted;
  }

  sort(by: RunColumn): void {
    const before = this.runs;
    this.columns.sortBy(by);
    this.position = positionAfter(this.position, before, this.runs);
  }

  /** The run that is looked at. */
  get number(): string | undefined {
    return this.runs[this.position.active]?.number;
  }

  readonly #found = $derived.by((): readonly RunInsertRow[] => {
    const all = this.detail.value?.inserts ?? [];
    const words = folded(this.text)
      .split(/[\s,]+/)
      .filter((word) => word !== '');
    if (words.length === 0) return all;
    return all.filter((insert) => {
      const hay = ` ${folded(insert.displayName).replaceAll(',', ' ')} ${insert.lastFour ?? ''} ${insert.serial}`;
      return words.every((word) => hay.includes(` ${word}`));
    });
  });
  readonly #inserts = $derived.by((): readonly RunInsertRow[] => {
    const { order } = this.insertColumns;
    return order ? sortRows(this.#found, INSERTS_BY[order.by], order.isDescending) : this.#found;
  });

  get inserts(): readonly RunInsertRow[] {
    return this.#inserts;
  }

  sortInserts(by: InsertColumn): void {
    this.#rearrange(() => this.insertColumns.sortBy(by));
  }

  find(text: string): void {
    this.#rearrange(() => (this.text = text));
  }

  #rearrange(change: () => void): void {
    const before = this.inserts;
    change();
    this.insertPosition = positionAfter(this.insertPosition, before, this.inserts);
  }

  get insert(): RunInsertRow | undefined {
    return this.showsInserts ? this.inserts[this.insertPosition.active] : undefined;
  }

  problem(field: FieldProblem['field']): FieldProblem | undefined {
    return this.error?.fields.find((each) => each.field === field);
  }

  /**
   * Asks for the runs again, and for the one that is looked at, which stays the one though newer ones have come before it: what was
   * printed or voided anywhere else may have changed its inserts.
   */
  async refresh(): Promise<void> {
    let number: string | undefined;
    const view = await this.list.run(async () => {
      const fetched = await backend.printRuns();
      ({ number } = this);
      return fetched;
    });
    if (!view || number === undefined) return;
    const place = this.runs.findIndex((run) => run.number === number);
    if (place < 0) this.#leaveRun();
    this.position = { active: place, anchor: place, selected: new Set(place < 0 ? [] : [place]) };
    if (place >= 0) await this.#readAgain(number);
  }

  /** Reads a run again; whoever looks at one of its inserts stays with it. */
  async #readAgain(number: string): Promise<void> {
    let before: string[] = [];
    const read = await this.detail.run(async () => {
      const detail = await backend.printRun(number);
      before = this.#serials();
      return detail;
    });
    if (read) this.insertPosition = positionAfter(this.insertPosition, before, this.#serials());
  }

  #serials(): string[] {
    return this.inserts.map(({ serial }) => serial);
  }

  /** Looks at a run; nothing is looked at twice. */
  async open(position: ListPosition): Promise<void> {
    const before = this.number;
    this.position = position;
    if (this.number === before && this.detail.value) return;
    this.#leaveRun();
    await this.#fetch();
  }

  async #fetch(): Promise<void> {
    const { number } = this;
    const run = this.runs[this.position.active];
    if (number === undefined || run === undefined) return;
    const detail = this.detail.run(() => backend.printRun(number));
    if (run.state === 'finished') await this.turnTo(1);
    await detail;
  }

  async turnTo(page: number): Promise<void> {
    const { number } = this;
    if (number === undefined) return;
    this.page = page;
    const shown = await this.preview.run(() => backend.previewRun(number, page));
    if (shown) this.page = shown.page;
  }

  /** An insert is looked at on its page. */
  async moveToInsert(position: ListPosition): Promise<void> {
    this.insertPosition = position;
    const page = this.insert?.page;
    if (page && page !== this.page && this.detail.value?.run.state === 'finished') await this.turnTo(page);
  }

  /** Prints pages again under their serials. */
  async printAgain(printer: string | null): Promise<PagesAgain | undefined> {
    const { number } = this;
    if (number === undefined || this.busy) return undefined;
    const form = { number, pages: this.pages, reason: this.reason, printer };
    const again = await this.#acting(() => this.underWay.during(() => backend.printPagesAgain(form)));
    if (!again) return undefined;
    this.again = again;
    this.pages = '';
    this.reason = '';
    await this.#readAgain(number);
    return again;
  }

  /** Who voided the insert that is looked at, and when: it stands in the record of whose it is, and not with the insert. */
  get voiding(): HappeningView | undefined {
    return this.#voiding?.serial === this.insert?.serial ? this.#voiding : undefined;
  }

  async lookUpVoiding({ cardholderId, serial }: RunInsertRow): Promise<void> {
    if (this.#voiding?.serial === serial) return;
    try {
      const { rows } = await backend.happenings({
        cardholderId,
        cardId: null,
        before: null,
        kind: 'insert',
        results: ['done'],
        text: serial,
        textActions: [],
        limit: VOIDINGS_MAX,
      });
      // The newest come first, and what was void already is told again by what comes after: the first of them voided it.
      const found = rows.findLast((row) => row.action === 'insert_voided' && row.serial === serial);
      if (found && this.insert?.serial === serial) this.#voiding = found;
    } catch {
      // What the insert itself says is shown all the same.
    }
  }

  async voidInsert(): Promise<boolean> {
    const { number, insert } = this;
    if (number === undefined || insert === undefined || this.busy) return false;
    const isDone = await this.#acting(async () => {
      await backend.voidInsert(insert.serial, this.reason);
      return true;
    });
    // What is not valid any more was voided elsewhere since its run was read: there is nothing left to say why.
    const isOutdated = this.error?.code === 'insert_not_valid';
    if (!isDone && !isOutdated) return false;
    this.reason = '';
    await this.#readAgain(number);
    return isDone === true;
  }

  /** Throws an interrupted run away, or counts it as printed. */
  async endDraft(end: (number: string) => Promise<RunsView>, number: string): Promise<boolean> {
    this.draftError = undefined;
    try {
      await end(number);
      await this.refresh();
      return true;
    } catch (thrown) {
      this.draftError = asBackendError(thrown);
      return false;
    }
  }

  async #acting<T>(act: () => Promise<T>): Promise<T | undefined> {
    this.busy = true;
    this.error = undefined;
    this.again = undefined;
    try {
      return await act();
    } catch (thrown) {
      this.error = asBackendError(thrown);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  #leaveRun(): void {
    this.showsInserts = false;
    this.insertPosition = NOWHERE;
    this.text = '';
    this.pages = '';
    this.reason = '';
    this.error = undefined;
    this.again = undefined;
    this.#voiding = undefined;
    this.detail.clear();
    this.preview.clear();
  }

  clear(): void {
    this.#leaveRun();
    this.position = NOWHERE;
    this.draftError = undefined;
    this.list.clear();
  }
}

export const printRuns = new PrintRuns();
forgetWithProfile(() => printRuns.clear());
