// The state of a form that changes something and moves no money: sent once, closed until there is an answer, and what is
// wrong stands at its field or above all of them.

import type { Field, FieldProblem } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { problemText } from '$lib/i18n/errors';

export class ChangeForm {
  busy = $state(false);
  /** Counts the tries to send it. */
  attempt = $state(0);
  problems = $state.raw<readonly FieldProblem[]>([]);
  failure = $state.raw<BackendError | undefined>(undefined);
  /** Whether the desk itself found what is wrong, so that nothing was sent. */
  isOnlyChecked = $state(false);

  /** Whether the last try went further than the desk's own check and failed: what is shown may not be so any more. */
  get failedBeyondCheck(): boolean {
    return this.failure !== undefined || (this.problems.length > 0 && !this.isOnlyChecked);
  }

  problemAt(field: Field): Problem | undefined {
    const here = this.problems.find((problem) => problem.field === field);
    return here && { message: problemText(here), severity: here.severity };
  }

  summary(): Array<{ field: string; message: string }> {
    return this.problems.map((problem) => ({ field: problem.field, message: problemText(problem) }));
  }

  /** Does it, unless it is being done. What came of it; nothing where it failed, or was under way. */
  async send<T>(job: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.failure = undefined;
    this.problems = [];
    this.isOnlyChecked = false;
    try {
      return await job();
    } catch (thrown) {
      const error = asBackendError(thrown);
      this.problems = error.fields;
      this.isOnlyChecked = error.code === 'fields_need_mending';
      if (error.fields.length === 0) this.failure = error;
      this.attempt += 1;
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
