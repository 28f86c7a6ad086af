// The registration form: what was typed, which fields were left, and what is wrong. It outlives the screen, so that
// looking something up in the middle of a form loses nothing. The rules are the desk's; the gateway checks again.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type Field, type FieldProblem, type RegistrationForm } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { problemText } from '$lib/i18n/errors';
import type { Problem } from '$lib/components/Field.svelte';

/** The fields in the order of the paper form. */
export const REGISTRATION_FIELDS = [
  'firstName',
  'lastName',
  'address',
  'countryOfBirth',
  'placeOfBirth',
  'gender',
  'maritalStatus',
  'phoneNumber',
  'username',
  'dateOfBirth',
  'documentType',
  'documentNumber',
  'nit',
] as const satisfies ReadonlyArray<keyof RegistrationForm & Field>;

export type RegistrationField = (typeof REGISTRATION_FIELDS)[number];

const EMPTY: RegistrationForm = {
  firstName: '',
  lastName: '',
  address: '',
  countryOfBirth: 'GTM',
  placeOfBirth: '',
  gender: '',
  maritalStatus: '',
  phoneNumber: '',
  username: '',
  dateOfBirth: '',
  documentType: 'DPI',
  documentNumber: '',
  nit: '',
};

/** A date as people here write it, day first (`28/02/1990`), in the wire's form; other text goes on as it is. */
export function dateToWire(typed: string): string {
  const match = /^\s*(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})\s*$/.exec(typed);
  if (!match) return typed.trim();
  const [, day = '', month = '', year = ''] = match;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Whether a date in the wire's form is a day of the calendar: `2030-02-31` is none. */
export function isCalendarDate(wire: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(wire)) return false;
  const day = new Date(`${wire}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(wire);
}

export class Registration {
  form = $state<RegistrationForm>({ ...EMPTY });
  /** Fields that were left once: only they speak up before the form is submitted. */
  left = $state<Partial<Record<RegistrationField, true>>>({});
  attempt = $state(0);
  busy = $state(false);
  /** What the desk finds. */
  found = $state.raw<readonly FieldProblem[]>([]);
  /** What the gateway refused, with the value it refused: gone once that is changed. */
  refused = $state.raw<ReadonlyArray<{ problem: FieldProblem; value: string }>>([]);
  failure = $state.raw<BackendError | undefined>(undefined);

  #check = 0;

  get isEmpty(): boolean {
    return REGISTRATION_FIELDS.every((field) => this.form[field] === EMPTY[field]);
  }

  /** The form as the wire wants it. */
  wire(): RegistrationForm {
    return { ...$state.snapshot(this.form), dateOfBirth: dateToWire(this.form.dateOfBirth) };
  }

  problems(): FieldProblem[] {
    const refused = this.refused
      .filter(({ problem, value }) => this.form[problem.field as RegistrationField] === value)
      .map(({ problem }) => problem);
    return [...this.found, ...refused];
  }

  /** What to show at a field: errors come before warnings. */
  problemAt(field: RegistrationField): Problem | undefined {
    if (this.attempt === 0 && !this.left[field]) return undefined;
    const here = this.problems().filter((problem) => problem.field === field);
    const worst = here.find((problem) => problem.severity === 'error') ?? here[0];
    return worst && { message: problemText(worst), severity: worst.severity };
  }

  /** What the summary says, in the order of the form. */
  summary(): Array<{ field: string | null; message: string }> {
    if (this.attempt === 0) return [];
    const order = (problem: FieldProblem) => REGISTRATION_FIELDS.indexOf(problem.field as RegistrationField);
    return this.problems()
      .filter((problem) => problem.severity === 'error')
      .sort((one, other) => order(one) - order(other))
      .map((problem) => ({ field: problem.field, message: problemText(problem) }));
  }

  /** Asks the desk about the form as it stands; an answer that a newer one has overtaken is dropped. */
  async check(): Promise<void> {
    const check = ++this.#check;
    try {
      const found = await backend.checkRegistration(this.wire());
      if (check === this.#check) this.found = found;
    } catch {
      // Submitting checks again, and says so if it can't.
    }
  }

  async leave(field: RegistrationField): Promise<void> {
    this.left[field] = true;
    await this.check();
  }

  /** Registers. The new cardholder's id, or nothing if something has to be mended first. */
  async submit(): Promise<string | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.failure = undefined;
    try {
      await this.check();
      if (this.found.some((problem) => problem.severity === 'error')) return undefined;
      const cardholder = await backend.registerCardholder(this.wire());
      return cardholder.profile.cardholderId;
    } catch (thrown) {
      const error = asBackendError(thrown);
      const fields = error.fields.filter((problem) =>
        (REGISTRATION_FIELDS as readonly string[]).includes(problem.field),
      );
      this.refused = fields.map((problem) => ({ problem, value: this.form[problem.field as RegistrationField] }));
      if (fields.length === 0) this.failure = error;
      return undefined;
    } finally {
      this.busy = false;
      this.attempt += 1;
    }
  }

  clear(): void {
    this.#check += 1;
    this.form = { ...EMPTY };
    this.left = {};
    this.attempt = 0;
    this.found = [];
    this.refused = [];
    this.failure = undefined;
  }
}

export const registration = new Registration();
forgetWithProfile(() => registration.clear());
