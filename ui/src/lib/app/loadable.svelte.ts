// One thing that a screen shows and that has to be fetched: its value, its failure, and whether it is time to say that
// it is on its way. An answer that comes after a newer question is dropped. Old values stay on show while new ones come.

import { asBackendError, type BackendError } from '$lib/backend/errors';

/** Nothing is drawn for a wait shorter than this, in milliseconds (`ui`: a skeleton after 100 ms, nothing before). */
export const SKELETON_AFTER_MS = 100;

export class Loadable<T> {
  value = $state.raw<T | undefined>(undefined);
  error = $state.raw<BackendError | undefined>(undefined);
  busy = $state(false);
  /** Busy for long enough that the operator should see it. */
  slow = $state(false);

  #question = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks. The value that is there stays until the answer is. Resolves to the answer if it is still wanted. */
  async run(ask: () => Promise<T>): Promise<T | undefined> {
    const question = ++this.#question;
    this.busy = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (question === this.#question && this.busy) this.slow = true;
    }, SKELETON_AFTER_MS);
    try {
      const value = await ask();
      if (question !== this.#question) return undefined;
      this.value = value;
      this.error = undefined;
      return value;
    } catch (thrown) {
      if (question === this.#question) this.error = asBackendError(thrown);
      return undefined;
    } finally {
      if (question === this.#question) {
        this.busy = false;
        this.slow = false;
        clearTimeout(this.#timer);
      }
    }
  }

  /** Takes a value that came another way. What was asked before that is older, and is dropped. */
  take(value: T | undefined): void {
    this.#question += 1;
    clearTimeout(this.#timer);
    this.value = value;
    this.error = undefined;
    this.busy = false;
    this.slow = false;
  }

  /** Forgets everything: what comes next is about something else. */
  clear(): void {
    this.take(undefined);
  }
}
