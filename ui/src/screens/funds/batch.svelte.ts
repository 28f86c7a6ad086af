// Batches: the file that is being checked, the batch that is open, and the list of the latest. The desk reads, checks and
// runs; this asks for it, shows it, and keeps what the operator decided. It outlives the screen, and so does the watch over
// a batch that runs.

import { base64Of } from '$lib/app/file-bytes';
import { Loadable } from '$lib/app/loadable.svelte';
import { mayHaveBeenAskedFor } from '$lib/app/may-have-been-sent';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { refreshSession } from '$lib/app/session.svelte';
import { work } from '$lib/app/work.svelte';
import {
  backend,
  type BatchCheck,
  type BatchDecisions,
  type BatchRefresh,
  type BatchRefreshScope,
  type BatchRowCheck,
  type BatchRows,
  type BatchSource,
  type BatchView,
  type NumberStyle,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { errorText, problemText } from '$lib/i18n/errors';
import { show, t } from '$lib/i18n/index.svelte';

/** How often a batch that runs is asked for, in milliseconds. */
const ASK_EVERY_MS = 400;

/** The largest file that the desk reads, in bytes; a larger one is not even handed over. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Whether rows of the batch still go, or are about to come to their end. */
export function isMoving(batch: BatchView): boolean {
  return batch.phase === 'running' || batch.phase === 'pausing' || batch.phase === 'cancelling';
}

/** How many rows have come to their end. */
export function settledRows({ counts, rowsToSend }: BatchView): number {
  return rowsToSend - counts.waiting - counts.underway - counts.notSent;
}

export class Batches {
  readonly list = new Loadable<BatchView[]>();
  /** The file that is being checked. */
  check = $state.raw<BatchCheck | undefined>(undefined);
  /** What stood in the way of reading, checking or beginning. */
  failure = $state.raw<BackendError | undefined>(undefined);
  reading = $state(false);
  starting = $state(false);
  /** The batch may have begun, and what came of it can't be told: the file that was checked begins none any more. */
  isSpent = $state(false);
  /** How far asking for the file's cards afresh has come. */
  refresh = $state.raw<BatchRefresh | undefined>(undefined);
  totalAgain = $state('');
  attempt = $state(0);
  /** The batch that is open. */
  batch = $state.raw<BatchView | undefined>(undefined);
  readonly rows = new Loadable<BatchRows>();

  /** The rows as their check had them, by their line, of the batch that was begun last: it knew more of those that were left out. */
  #checked = $state.raw<{ number: number; rows: ReadonlyMap<number, BatchRowCheck> } | undefined>(undefined);
  #decisions: BatchDecisions | undefined;
  #question = 0;
  #watched = new Set<number>();

  /** Nothing about the file can be decided or begun. */
  get isClosed(): boolean {
    return this.starting || this.isSpent;
  }

  get decisions(): BatchDecisions | undefined {
    return this.#decisions;
  }

  /** What the check showed of a row of the batch that is open, while that is known. */
  checkedRow(line: number): BatchRowCheck | undefined {
    return this.#checked?.number === this.batch?.number ? this.#checked?.rows.get(line) : undefined;
  }

  /** Reads a file or what was pasted, and shows its check. */
  async read(source: () => Promise<BatchSource>): Promise<void> {
    const question = ++this.#question;
    this.reading = true;
    this.failure = undefined;
    try {
      const check = await backend.readBatch(await source());
      if (question !== this.#question) return;
      this.#take(check, { id: check.id, numberStyle: null, takesRepeated: false, takesDoneBefore: false });
      this.totalAgain = '';
      this.attempt = 0;
      this.isSpent = false;
      // What it is held against is to be true now.
      if (check.oldCards > 0) void this.refreshCards('old');
    } catch (thrown) {
      if (question === this.#question) this.failure = asBackendError(thrown);
    } finally {
      if (question === this.#question) this.reading = false;
    }
  }

  /** Decides something about the file; the desk checks it anew. */
  async decide(change: Partial<Omit<BatchDecisions, 'id'>>): Promise<void> {
    if (!this.#decisions || this.isClosed) return;
    await this.#checkAgain({ ...this.#decisions, ...change });
  }

  async #checkAgain(decisions: BatchDecisions): Promise<void> {
    this.#decisions = decisions;
    const question = ++this.#question;
    try {
      const check = await backend.checkBatch(decisions);
      if (question !== this.#question) return;
      this.#take(check, decisions);
      this.failure = undefined;
    } catch (thrown) {
      if (question === this.#question) this.failure = asBackendError(thrown);
    }
  }

  /** Asks for the file's cards afresh, and checks the file anew once that is over. */
  async refreshCards(scope: BatchRefreshScope): Promise<void> {
    const id = this.check?.id;
    if (id === undefined || this.isClosed || this.refresh?.isRunning) return;
    try {
      this.refresh = await backend.refreshBatchCards(id, scope);
      while (this.refresh?.isRunning) {
        await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
        if (this.check?.id !== id) return;
        this.refresh = await backend.batchRefresh(id);
      }
      if (this.check?.id === id && this.#decisions) await this.#checkAgain(this.#decisions);
    } catch (thrown) {
      if (this.check?.id !== id) return;
      this.refresh = undefined;
      this.failure = asBackendError(thrown);
    }
  }

  /** Asks for no further card. */
  async stopRefresh(): Promise<void> {
    if (this.check && this.refresh?.isRunning) await backend.cancelBatchRefresh(this.check.id).catch(() => undefined);
  }

  confirmStyle(numberStyle: NumberStyle): Promise<void> {
    return this.decide({ numberStyle });
  }

  /** What has to be done before the batch can begin, by the id of its control. */
  get problems(): Array<{ field: string | null; message: string }> {
    if (this.attempt === 0 || !this.check) return [];
    const problems: Array<{ field: string | null; message: string }> = [];
    if (!this.check.style.isConfirmed)
      problems.push({ field: 'batch-style-comma_thousands', message: t('batch.style.missing') });
    for (const problem of this.failure?.fields ?? []) {
      if (problem.field === 'totalAgain')
        problems.push({ field: 'batch-total-again', message: problemText(problem, this.check.totalAgain?.currency) });
    }
    return problems;
  }

  /** Begins the batch as it is shown. A second call while the first is under way does nothing. */
  async start(): Promise<void> {
    const check = this.check;
    if (!check || !this.#decisions || this.isClosed || this.refresh?.isRunning || check.ready === 0) return;
    if (!check.style.isConfirmed) {
      this.attempt += 1;
      return;
    }
    this.starting = true;
    this.failure = undefined;
    try {
      const batch = await backend.startBatch({
        decisions: this.#decisions,
        ready: check.ready,
        readyDigest: check.readyDigest,
        totals: check.totals,
        totalAgain: check.totalAgain ? this.totalAgain : null,
      });
      this.#checked = { number: batch.number, rows: new Map(check.rows.map((row) => [row.line, row])) };
      this.leaveCheck();
      this.open(batch);
      void this.watch(batch);
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      this.attempt += 1;
      this.isSpent = mayHaveBeenAskedFor(this.failure);
      // A check that is still on its way would take the error from sight.
      if (this.isSpent) this.#question += 1;
      // A card has changed since: what is shown is made true before anybody tries again.
      if (this.failure.code === 'batch_changed') {
        const { failure } = this;
        await this.#checkAgain(this.#decisions);
        this.failure = failure;
      }
    } finally {
      this.starting = false;
    }
  }

  leaveCheck(): void {
    this.#question += 1;
    void this.stopRefresh();
    this.refresh = undefined;
    this.check = undefined;
    this.#decisions = undefined;
    this.failure = undefined;
    this.isSpent = false;
    this.reading = false;
    this.totalAgain = '';
    this.attempt = 0;
  }

  async refreshList(): Promise<void> {
    await this.list.run(() => backend.batches());
  }

  open(batch: BatchView): void {
    if (this.batch?.number !== batch.number) this.rows.clear();
    this.batch = batch;
    this.failure = undefined;
    void this.rows.run(() => backend.batchRows(batch.number));
  }

  close(): void {
    this.batch = undefined;
    this.rows.clear();
    this.failure = undefined;
    void this.refreshList();
  }

  async goOn(): Promise<void> {
    const batch = await this.#asked((number) => backend.continueBatch(number));
    if (batch) void this.watch(batch);
  }

  /** Asks anew for the open batch that is at rest: outcomes are looked for beside the window, and found. */
  async lookAgain(): Promise<void> {
    const { batch } = this;
    if (!batch || isMoving(batch)) return;
    try {
      const now = await backend.batch(batch.number);
      // Somebody may have let it go on meanwhile: what was asked before that is old.
      if (this.batch !== batch) return;
      this.#show(now);
      if (now.counts.unknown !== batch.counts.unknown) await refreshSession();
    } catch {
      // What is on show is as it was, and the next question comes soon.
    }
  }

  async pause(): Promise<void> {
    await this.#asked((number) => backend.pauseBatch(number));
  }

  async cancel(): Promise<void> {
    const batch = await this.#asked((number) => backend.cancelBatch(number));
    if (batch && !isMoving(batch)) await this.#rested(batch);
  }

  /** Follows a batch in the bar at the lower edge until no row of it goes, whatever screen is on. */
  async watch(begun: BatchView): Promise<void> {
    const { number } = begun;
    if (this.#watched.has(number)) return;
    this.#watched.add(number);
    const ask = async (progress: (done: number, total: number) => void): Promise<BatchView> => {
      let batch = begun;
      while (isMoving(batch)) {
        progress(settledRows(batch), batch.rowsToSend);
        await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
        batch = await backend.batch(number);
        this.#show(batch);
      }
      return batch;
    };
    const controls = {
      pause: () => void this.#run(number, (each) => backend.pauseBatch(each)),
      cancel: () => void this.#run(number, (each) => backend.cancelBatch(each)),
    };
    try {
      const batch = await work.run(
        () => t('batch.work', { number }),
        ask,
        endText,
        (thrown) => errorText(asBackendError(thrown)),
        controls,
      );
      await this.#rested(batch);
    } catch (thrown) {
      if (this.batch?.number === number) this.failure = asBackendError(thrown);
    } finally {
      this.#watched.delete(number);
    }
  }

  /** Nothing of another company, or of data that were emptied, stays. */
  clear(): void {
    this.leaveCheck();
    this.batch = undefined;
    this.#checked = undefined;
    this.rows.clear();
    this.list.clear();
  }

  #take(check: BatchCheck, decisions: BatchDecisions): void {
    this.check = check;
    this.#decisions = decisions;
  }

  #show(batch: BatchView): void {
    if (this.batch?.number !== batch.number) return;
    const before = this.batch;
    this.batch = batch;
    const isAsBefore =
      settledRows(before) === settledRows(batch) &&
      before.counts.unknown === batch.counts.unknown &&
      isMoving(before) === isMoving(batch);
    if (!isAsBefore) {
      if (!this.rows.busy) void this.rows.run(() => backend.batchRows(batch.number));
    }
  }

  async #rested(batch: BatchView): Promise<void> {
    if (this.batch?.number === batch.number) {
      this.batch = batch;
      await this.rows.run(() => backend.batchRows(batch.number));
    }
    await Promise.all([this.refreshList(), refreshSession()]);
  }

  async #asked(ask: (number: number) => Promise<BatchView>): Promise<BatchView | undefined> {
    return this.batch ? this.#run(this.batch.number, ask) : undefined;
  }

  async #run(number: number, ask: (number: number) => Promise<BatchView>): Promise<BatchView | undefined> {
    try {
      const batch = await ask(number);
      if (this.batch?.number === number) {
        this.batch = batch;
        this.failure = undefined;
      }
      return batch;
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      return undefined;
    }
  }
}

/** What a batch came to when it stopped. */
function endText(batch: BatchView): string {
  const { number, counts } = batch;
  const figures = { number, applied: show.count(counts.applied), total: show.count(batch.rowsToSend) };
  if (batch.phase === 'paused') return t('batch.ended.paused', figures);
  if (batch.phase === 'cancelled') return t('batch.ended.cancelled', figures);
  return t('batch.ended.finished', figures);
}

/** A file as it is handed to the desk. */
export async function fileSource(file: File): Promise<BatchSource> {
  return { from: 'file', name: file.name, base64: await base64Of(file) };
}

export const batches = new Batches();
forgetWithProfile(() => batches.clear());
