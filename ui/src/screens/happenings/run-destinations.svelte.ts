// Where the inserts of a record went, to a printer or into a file: the record says of an insert only that it was made, and the
// runs say where to. They are asked for once, and again only where a run is newer than what is known.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type SentTo } from '$lib/backend';

/** The number of the run that a serial begins with: `0043` of `0043-001`. */
const runOf = (serial: string) => serial.split('-')[0] ?? '';

export class RunDestinations {
  #known = $state.raw<ReadonlyMap<string, SentTo | null>>(new Map());
  /** What the runs do not tell is not asked for again and again. */
  readonly #asked = new Set<string>();
  #isAsked = false;

  /** Where the insert with this serial went, as far as that is known. */
  of(serial: string): SentTo | undefined {
    return this.#known.get(runOf(serial)) ?? undefined;
  }

  /** Finds out where it went. Many are asked about at once. */
  want(serial: string): void {
    const number = runOf(serial);
    if (this.#known.has(number) || this.#asked.has(number)) return;
    this.#asked.add(number);
    // All lines of a list want it at once, and it is asked for once.
    if (this.#isAsked) return;
    this.#isAsked = true;
    queueMicrotask(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#isAsked = false;
    try {
      const { runs } = await backend.printRuns();
      this.#known = new Map(runs.map(({ number, sentTo }) => [number, sentTo]));
    } catch {
      // Then it is said in words that hold for both, and asked again with the next record.
      this.#asked.clear();
    }
  }

  clear(): void {
    this.#known = new Map();
    this.#asked.clear();
  }
}

export const runDestinations = new RunDestinations();
forgetWithProfile(() => runDestinations.clear());
