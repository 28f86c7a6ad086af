// The registration form with personal information. It outlives the screen, so that looking something up in the middle of a
// form loses nothing. The rules are the desk's; the gateway checks again.

import { CheckedForm } from '$lib/app/checked-form.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type Field, type FieldProblem, type RegistrationForm } from '$lib/backend';
import { dateToWire } from '$lib/i18n/typed-date';

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
