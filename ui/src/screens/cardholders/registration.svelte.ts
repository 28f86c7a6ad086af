// The registration form with personal information. It outlives the screen, so that looking something up in the middle of a
// form loses nothing. The rules are the desk's; the gateway checks again.

import { CheckedForm } from '$lib/app/checked-form.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type Field, type FieldProblem, type RegistrationForm } from '$lib/backend';

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

/** A date as people here write it, day first (`28/02/1990` or `28021990`), in the wire's form; other text goes on as it is. */
export function dateToWire(typed: string): string {
  const match =
    /^\s*(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})\s*$/.exec(typed) ?? /^\s*(\d{2})(\d{2})(\d{4})\s*$/.exec(typed);
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

export class Registration extends CheckedForm<RegistrationForm, string> {
  // A doubt stands at its field, which may be out of sight: whoever registers with it is asked once.
  protected override readonly asksAboutWarnings = true;

  constructor() {
    super(EMPTY, REGISTRATION_FIELDS);
  }

  protected override ask(form: RegistrationForm): Promise<FieldProblem[]> {
    return backend.checkRegistration(form);
  }

  protected override async send(form: RegistrationForm): Promise<string> {
    return (await backend.registerCardholder(form)).profile.cardholderId;
  }

  /** The form as the wire wants it. */
  override wire(): RegistrationForm {
    return { ...super.wire(), dateOfBirth: dateToWire(this.form.dateOfBirth) };
  }
}

export const registration = new Registration();
forgetWithProfile(() => registration.clear());
