// The packing line on screen: the insert that waits for its plastic, the stop that waits for somebody, what was packed last.
// Whether a plastic fits is decided in Rust; nothing here knows what an insert expects. It outlives the screen.

import { Loadable } from '$lib/app/loadable.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import {
  backend,
  type InsertToPackView,
  type PackedRow,
  type PackingStopView,
  type PackingView,
  type ScanOutcome,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Sounding } from './sounds';

/** The counts are asked for once the line is at rest for this long, in milliseconds: nobody waits for them. */
const COUNTS_AFTER_MS = 400;

/** The latest rows that stay beside the line. */
const LATEST_MAX = 100;

/** Whose code it was, of whom more than one insert was printed. */
export type SerialWanted = Extract<ScanOutcome, { kind: 'needs_serial' }>;

/** A small code that does not say whose paper it is on. */
export type LinkWanted = Extract<ScanOutcome, { kind: 'needs_link' }>;

export class Packing {
  readonly loaded = new Loadable<PackingView>();
  /** What waits for its plastic. */
  insert = $state.raw<InsertToPackView | undefined>(undefined);
  serialWanted = $state.raw<SerialWanted | undefined>(undefined);
  linkWanted = $state.raw<LinkWanted | undefined>(undefined);
  stop = $state.raw<PackingStopView | undefined>(undefined);
  /** What was packed last, until something else is on the line. */
  last = $state.raw<PackedRow | undefined>(undefined);
  /** An insert that was left for another without being packed. */
  skipped = $state.raw<InsertToPackView | undefined>(undefined);
  serial = $state('');
  lastFour = $state('');
  failure = $state.raw<BackendError | undefined>(undefined);
  busy = $state(false);
  /** How each outcome sounds; the screen says where it goes. */
  onsound: (which: Sounding) => void = () => undefined;

  #timer: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<void> = Promise.resolve();
  /** The code of the paper in hand that did not say enough: the paper's other code is read with it. */
  #earlier: string | undefined;
  /** Rises with the company: an answer about another's insert is dropped. */
  #company = 0;

  get view(): PackingView | undefined {
    return this.loaded.value;
  }

  async load(): Promise<void> {
    const view = await this.loaded.run(() => backend.packing());
    if (view) this.stop = view.stop ?? undefined;
  }

  /** Counts that were asked for before something was changed are no longer right, and are not waited for. */
  #adopt(view: PackingView): void {
    this.loaded.take(view);
    this.stop = view.stop ?? undefined;
  }

  /** A scan, or a serial that was typed. While a stop waits, it only sounds again. */
  scan(text: string, isTyped: boolean): Promise<void> {
    return this.#ask(async () => {
      const { stop } = this;
      if (stop) return () => this.onsound(stop.kind);
      const outcome = await backend.scanInsert(text, isTyped, this.#earlier ?? null);
      return () => this.#scanned(outcome, text);
    });
  }

  #scanned(outcome: ScanOutcome, text: string): void {
    if (outcome.kind === 'stopped') return this.#stopped(outcome.stop);
    const before = this.insert;
    this.#clearLine();
    if (outcome.kind === 'needs_serial') {
      this.serialWanted = outcome;
      this.#earlier = text;
      return this.onsound('serial_wanted');
    }
    if (outcome.kind === 'needs_link') {
      this.linkWanted = outcome;
      this.#earlier = text;
      return this.onsound('link_wanted');
    }
    this.insert = outcome.insert;
    if (before && before.serial !== outcome.insert.serial) this.skipped = before;
    this.onsound('found');
  }

  /** Holds the plastic whose last four were typed against the insert. */
  pack(isAnotherPlastic = false): Promise<void> {
    return this.#ask(async () => {
      const { insert } = this;
      if (!insert || this.stop) return () => undefined;
      const outcome = await backend.packInsert({ serial: insert.serial, lastFour: this.lastFour, isAnotherPlastic });
      return () => (outcome.kind === 'packed' ? this.#packed(outcome.row) : this.#stopped(outcome.stop));
    });
  }

  #packed(row: PackedRow): void {
    this.#clearLine();
    this.last = row;
    this.onsound('packed');
    const { view } = this;
    if (view) {
      const openBox = view.openBox && { ...view.openBox, packed: view.openBox.packed + 1 };
      const latest = [row, ...view.latest].slice(0, LATEST_MAX);
      this.loaded.take({ ...view, openBox, latest, packedToday: view.packedToday + 1 });
    }
    this.#countLater();
  }

  #stopped(stop: PackingStopView): void {
    this.stop = stop;
    // Counts on their way may be from before it, and would clear it away.
    this.loaded.take(this.view);
    this.#countLater();
    this.onsound(stop.kind);
  }

  /** Somebody saw the stop: the line goes on. With `isAnother`, with the very insert, whose plastic is another one. */
  async acknowledge(isAnother = false): Promise<void> {
    const { stop, insert, lastFour } = this;
    if (!stop) return;
    await this.#ask(async () => {
      const view = await backend.acknowledgePackingStop(stop.number);
      return () => {
        this.#clearLine();
        this.#adopt(view);
        if (isAnother) Object.assign(this, { insert, lastFour });
      };
    });
    if (isAnother && !this.stop) await this.pack(true);
  }

  async undo(number: number, reason: string): Promise<void> {
    this.#adopt(await backend.undoPacking(number, reason));
    if (this.last?.number === number) this.last = undefined;
  }

  async beginBox(name: string): Promise<void> {
    this.#adopt(await backend.beginPackingBox(name));
    this.last = undefined;
  }

  async closeBox(number: number): Promise<void> {
    this.#adopt(await backend.closePackingBox(number));
    this.last = undefined;
  }

  /** Puts the insert aside that waits for its plastic. */
  putAside(): void {
    this.#clearLine();
  }

  clear(): void {
    this.#company += 1;
    clearTimeout(this.#timer);
    this.#clearLine();
    this.stop = undefined;
    this.busy = false;
    this.loaded.clear();
  }

  #clearLine(): void {
    this.insert = undefined;
    this.serialWanted = undefined;
    this.linkWanted = undefined;
    this.#earlier = undefined;
    this.last = undefined;
    this.skipped = undefined;
    this.failure = undefined;
    this.serial = '';
    this.lastFour = '';
  }

  /** One after another, in the order in which they came: what is scanned while an answer is on its way is not lost. */
  #ask(question: () => Promise<() => void>): Promise<void> {
    const company = this.#company;
    const isWanted = () => company === this.#company;
    const asked = this.#queue.then(async () => {
      if (!isWanted()) return;
      this.busy = true;
      this.failure = undefined;
      try {
        const answer = await question();
        if (isWanted()) answer();
      } catch (thrown) {
        if (isWanted()) this.failure = asBackendError(thrown);
      } finally {
        this.busy = false;
      }
    });
    this.#queue = asked;
    return asked;
  }

  #countLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), COUNTS_AFTER_MS);
  }
}

export const packing = new Packing();
forgetWithProfile(() => packing.clear());
