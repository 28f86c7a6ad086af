// A form whose rules are the desk's: what was typed, which fields were left, and what is wrong. It speaks up about a field
// once that was left and about all of them at submit, in the same words; the gateway's own refusals stand at their fields
// until those are changed. A form may ask once more about what only warns before it sends. It knows no control and no text
// of its own.

import type { Field, FieldProblem } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { problemText, problemShown } from '$lib/i18n/errors';

export abstract class CheckedForm<Form extends object, Done> {
  form: Form;
  /** Fields that were left once: only they speak up before the form is submitted. */
  left = $state<Partial<Record<Field, true>>>({});
  attempt = $state(0);
  busy = $state(false);
  /** What the desk finds. */
  found = $state.raw<readonly FieldProblem[]>([]);
  /** What was refused, with the value that was: gone once that is changed. */
  refused = $state.raw<ReadonlyArray<{ problem: FieldProblem; value: unknown }>>([]);
  failure = $state.raw<BackendError | undefined>(undefined);

  /** Whether what only warns stops a submit until somebody says to go on. */
  protected readonly asksAboutWarnings: boolean = false;
  /** What the last submit stopped at though it only warns, with the value that it is about. */
  #asked = $state.raw<ReadonlyArray<{ problem: FieldProblem; value: unknown }>>([]);
  /** The warnings that somebody said to go on with, each about one value. */
  readonly #confirmed = new Set<string>();

  readonly #empty: Form;
  #check = 0;
  /** Rises when the form is emptied: what comes of an earlier submit is of another company then, or of another person. */
  #cleared = 0;

  /**
   * `fields` in the order of the form, by the desk's names for them; `idPrefix` stands before such a name in the id of its
   * control.
   */
  constructor(
    empty: Form,
    readonly fields: readonly Field[],
    readonly idPrefix = '',
  ) {
    this.#empty = empty;
    const form = $state({ ...empty });
    this.form = form;
  }

  /** Asks the desk about the form as it stands. */
  protected abstract ask(form: Form): Promise<FieldProblem[]>;
  protected abstract send(form: Form): Promise<Done>;

  /** What stands in a field now. */
  protected valueOf(field: Field): unknown {
    return (this.form as Record<string, unknown>)[field];
  }

  /** What tells one value of a field from another once somebody was asked about it. A secret is not kept for that. */
  protected markOf(field: Field): unknown {
    return this.valueOf(field);
  }

  get isEmpty(): boolean {
    const empty = this.#empty as Record<string, unknown>;
    return this.fields.every((field) => this.valueOf(field) === (empty[field] ?? ''));
  }

  /** The form as it is sent. */
  wire(): Form {
    return $state.snapshot(this.form) as Form;
  }

  idOf(field: Field): string {
    return `${this.idPrefix}${field}`;
  }

  problems(): FieldProblem[] {
    const refused = this.refused
      .filter(({ problem, value }) => this.valueOf(problem.field) === value)
      .map(({ problem }) => problem);
    return [...this.found, ...refused];
  }

  /** What to show at a field: errors come before warnings. */
  problemAt(field: Field): Problem | undefined {
    if (this.attempt === 0 && !this.left[field]) return undefined;
    const here = this.problems().filter((problem) => problem.field === field);
    const worst = here.find((problem) => problem.severity === 'error') ?? here[0];
    return worst && problemShown(worst);
  }

  /** What the summary says, in the order of the form. */
  summary(): Array<{ field: string | null; message: string }> {
    if (this.attempt === 0) return [];
    const order = (problem: FieldProblem) => this.fields.indexOf(problem.field);
    return this.problems()
      .filter((problem) => problem.severity === 'error')
      .sort((one, other) => order(one) - order(other))
      .map((problem) => ({ field: this.idOf(problem.field), message: problemText(problem) }));
  }

  /** What has to be confirmed before it is sent, in the order of the form: gone once its field is changed. */
  doubts(): Array<{ field: string | null; message: string }> {
    const stands = ({ problem, value }: { problem: FieldProblem; value: unknown }) =>
      this.markOf(problem.field) === value &&
      this.found.some(({ field, code }) => field === problem.field && code === problem.code);
    return this.#asked
      .filter(stands)
      .map(({ problem }) => ({ field: this.idOf(problem.field), message: problemText(problem) }));
  }

  #keyOf({ field, code }: FieldProblem): string {
    return JSON.stringify([field, code, this.markOf(field)]);
  }

  /** Asks the desk about the form as it stands; an answer that a newer one has overtaken is dropped. */
  async check(): Promise<void> {
    const check = ++this.#check;
    try {
      const found = await this.ask(this.wire());
      if (check === this.#check) this.found = found;
    } catch {
      // Submitting checks again, and says so if it can't.
    }
  }

  async leave(field: Field): Promise<void> {
    this.left[field] = true;
    await this.check();
  }

  /** Sends it with what was doubted: who reads the doubts and goes on answers for them, and is asked once. */
  async submitAnyway(): Promise<Done | undefined> {
    for (const { problem, value } of this.#asked) {
      if (this.markOf(problem.field) === value) this.#confirmed.add(this.#keyOf(problem));
    }
    return this.submit();
  }

  /**
   * Sends it. What came of it, or nothing if something has to be mended or confirmed first. A form that was emptied meanwhile
   * is not sent any more, and says nothing of what was.
   */
  async submit(): Promise<Done | undefined> {
    if (this.busy) return undefined;
    const cleared = this.#cleared;
    const isStillFilled = () => cleared === this.#cleared;
    this.busy = true;
    this.failure = undefined;
    this.#asked = [];
    try {
      // Its own answer decides, whatever other checks are on their way: leaving a field that goes out of use starts one, and
      // a submit that went by what an earlier one had found would neither send nor say why.
      this.#check += 1;
      const form = this.wire();
      const found = await this.ask(form);
      if (!isStillFilled()) return undefined;
      this.found = found;
      if (found.some((problem) => problem.severity === 'error')) return undefined;
      if (this.asksAboutWarnings) {
        this.#asked = found
          .filter((problem) => !this.#confirmed.has(this.#keyOf(problem)))
          .sort((one, other) => this.fields.indexOf(one.field) - this.fields.indexOf(other.field))
          .map((problem) => ({ problem, value: this.markOf(problem.field) }));
        if (this.#asked.length > 0) return undefined;
      }
      const done = await this.send(form);
      return isStillFilled() ? done : undefined;
    } catch (thrown) {
      if (!isStillFilled()) return undefined;
      const error = asBackendError(thrown);
      const fields = error.fields.filter((problem) => this.fields.includes(problem.field));
      this.refused = fields.map((problem) => ({ problem, value: this.valueOf(problem.field) }));
      if (fields.length === 0) this.failure = error;
      return undefined;
    } finally {
      if (isStillFilled()) {
        this.busy = false;
        this.attempt += 1;
      }
    }
  }

  clear(): void {
    this.#check += 1;
    this.#cleared += 1;
    this.busy = false;
    Object.assign(this.form, this.#empty);
    this.left = {};
    this.attempt = 0;
    this.#asked = [];
    this.#confirmed.clear();
    this.found = [];
    this.refused = [];
    this.failure = undefined;
  }
}
