// The state of a form that changes something and moves no money: sent once, closed until there is an answer, and what is
// wrong stands at its field or above all of them.

import type { Field, FieldProblem } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { problemText, problemShown } from '$lib/i18n/errors';

export class ChangeForm {
  busy = $state(false);
  /** Counts the tries to send it. */
  attempt = $state(0);
  problems = $state.raw<readonly FieldProblem[]>([]);
  failure = $state.raw<BackendError | undefined>(undefined);
  /** Whether the desk itself found what is wrong, so that nothing was sent. */
  isOnlyChecked = $state(false);
  /** The fields at which the last try was refused and that still say what they said then. */
  readonly #refused = new Set<Field>();

  /** Whether the last try went further than the desk's own check and failed: what is shown may not be so any more. */
  get failedBeyondCheck(): boolean {
    return this.failure !== undefined || (this.problems.length > 0 && !this.isOnlyChecked);
  }

  problemAt(field: Field): Problem | undefined {
    const here = this.problems.find((problem) => problem.field === field);
    return here && problemShown(here);
  }

  /**
   * A field that was left with something in it is looked at. An empty one waits until the form is sent, and what was said of it
   * then stays said. So does what the desk said of a field that nobody has changed: its summary takes the focus from there, and
   * what is looked at here is less than what the desk finds.
   */
  left(field: Field, typed: string, found: FieldProblem | undefined): void {
    if (this.busy || typed.trim() === '' || this.#refused.has(field)) return;
    this.#replace(field, found);
  }

  /** What was said of a field is about what stood in it: once it says something else, that is looked at. */
  typed(field: Field, found: FieldProblem | undefined): void {
    this.#refused.delete(field);
    if (this.problems.some((problem) => problem.field === field)) this.#replace(field, found);
  }

  #replace(field: Field, found: FieldProblem | undefined): void {
    this.problems = [...this.problems.filter((problem) => problem.field !== field), ...(found ? [found] : [])];
  }

  /** What the summary says once the form was sent; until then it stands at the fields alone. */
  summary(): Array<{ field: string; message: string }> {
    if (this.attempt === 0) return [];
    return this.problems.map((problem) => ({ field: problem.field, message: problemText(problem) }));
  }

  /** Does it, unless it is being done. What came of it; nothing where it failed, or was under way. */
  async send<T>(job: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.failure = undefined;
    this.problems = [];
    this.isOnlyChecked = false;
    this.#refused.clear();
    try {
      return await job();
    } catch (thrown) {
      const error = asBackendError(thrown);
      this.problems = error.fields;
      for (const { field } of error.fields) this.#refused.add(field);
      this.isOnlyChecked = error.code === 'fields_need_mending';
      if (error.fields.length === 0) this.failure = error;
      this.attempt += 1;
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
