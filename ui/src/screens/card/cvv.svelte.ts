// A CVV on screen: asked for with a reason, shown for some seconds, and gone at once when it has to be. It is held here and
// nowhere else, and an answer that comes after it had to go is not shown.

import { backend, type FieldProblem } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';

/** How often the countdown is looked at, in milliseconds. */
const LOOK_EVERY_MS = 200;

/** Why it is not on screen any more. */
export type Gone = 'time' | 'hidden' | 'late';

export class CvvState {
  reason = $state('');
  digits = $state.raw<string | undefined>(undefined);
  /** Whole seconds until it goes. */
  left = $state(0);
  asking = $state(false);
  attempt = $state(0);
  problems = $state.raw<readonly FieldProblem[]>([]);
  failure = $state.raw<BackendError | undefined>(undefined);
  gone = $state<Gone | undefined>(undefined);

  #timer: ReturnType<typeof setInterval> | undefined;
  /** Rises when what is shown, or on its way, has to go. */
  #question = 0;

  constructor(readonly cardId: string) {}

  async ask(): Promise<void> {
    if (this.asking || this.digits !== undefined) return;
    const question = ++this.#question;
    this.asking = true;
    this.failure = undefined;
    this.problems = [];
    this.gone = undefined;
    try {
      const shown = await backend.revealCvv(this.cardId, this.reason.trim());
      if (question === this.#question) this.#show(shown.digits, shown.seconds);
      else this.gone = 'late';
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (error.fields.length > 0) this.problems = error.fields;
      else this.failure = error;
      this.attempt += 1;
    } finally {
      this.asking = false;
    }
  }

  #show(digits: string, seconds: number): void {
    const until = performance.now() + seconds * 1000;
    this.digits = digits;
    this.left = seconds;
    this.#timer = setInterval(() => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left > 0) this.left = left;
      else this.#end('time');
    }, LOOK_EVERY_MS);
  }

  #end(gone: Gone): void {
    clearInterval(this.#timer);
    this.#question += 1;
    if (this.digits === undefined) return;
    this.digits = undefined;
    this.left = 0;
    this.gone = gone;
  }

  /** It goes, now. */
  forget(): void {
    this.#end('hidden');
  }
}
