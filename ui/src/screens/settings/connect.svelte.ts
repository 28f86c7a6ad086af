// The companies' form: which profile is open, what was typed, what is wrong, and how the last test of its connection
// ended. The rules are the desk's. A key or token stays here only until it is saved, or the form is closed.

import {
  backend,
  type ConnectionReport,
  type Field,
  type FieldProblem,
  type ProfileForm,
  type ProfileView,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { adoptSession, refreshSession, session } from '$lib/app/session.svelte';
import { problemText, problemShown } from '$lib/i18n/errors';
import { formatAmount, type NumberStyle } from '$lib/i18n/format';

/** The form as it stands on screen: a key or token that was not typed is empty. */
export type ConnectForm = Omit<ProfileForm, 'secret'> & { secret: string };

/** The fields in the form's order. */
export const CONNECT_FIELDS = [
  'companyName',
  'merchant',
  'clientSlug',
  'applicationId',
  'secret',
  'baseUrl',
  'activationBase',
  'confirmationLimit',
  'settlingTimeMinutes',
] as const satisfies ReadonlyArray<keyof ProfileForm & Field>;
export type ConnectField = (typeof CONNECT_FIELDS)[number];

/** What a load may be without being typed twice, until the company says otherwise. */
const FIRST_LIMIT = '5000.00';
/** How long an issuer is taken to need, a day, until the company says otherwise. */
const FIRST_SETTLING_TIME_MINUTES = 24 * 60;

function emptyForm(): ConnectForm {
  return {
    id: null,
    environment: 'qa',
    companyName: '',
    merchant: '',
    clientSlug: '',
    applicationId: '',
    baseUrl: '',
    activationBase: '',
    loginMethod: 'signing_key',
    secret: '',
    numberStyle: 'comma_thousands',
    confirmationLimit: formatAmount(FIRST_LIMIT),
    settlingTimeMinutes: String(FIRST_SETTLING_TIME_MINUTES),
  };
}

function formOf(profile: ProfileView): ConnectForm {
  return {
    id: profile.id,
    environment: profile.environment,
    companyName: profile.companyName,
    merchant: profile.merchant,
    clientSlug: profile.clientSlug,
    applicationId: profile.applicationId,
    baseUrl: profile.hasOwnAddresses ? profile.baseUrl : '',
    activationBase: profile.hasOwnAddresses ? profile.activationBase : '',
    loginMethod: profile.loginMethod,
    secret: '',
    numberStyle: profile.numberStyle,
    confirmationLimit: formatAmount(profile.confirmationLimit, profile.numberStyle),
    settlingTimeMinutes: String(profile.settlingTimeMinutes),
  };
}

/** An amount that was typed in one style, in the other: commas and points change places. */
export function inOtherStyle(typed: string): string {
  return typed.replace(/[.,]/g, (sign) => (sign === ',' ? '.' : ','));
}

export class Connect {
  /** `undefined` while no form is open. */
  form = $state<ConnectForm | undefined>(undefined);
  ownAddresses = $state(false);
  attempt = $state(0);
  saving = $state(false);
  testing = $state(false);
  /** Changing over to a profile, or removing one. */
  changing = $state(false);
  /** Problems with the values that had them: gone once those are changed. */
  #found = $state.raw<ReadonlyArray<{ problem: FieldProblem; value: string }>>([]);
  /** What was tried and failed, to be tried again. */
  failure = $state.raw<{ what: 'save' | 'test' | 'activate' | 'remove'; error: BackendError } | undefined>(undefined);
  report = $state.raw<ConnectionReport | undefined>(undefined);
  #saved = $state.raw('');

  /** The profile that is open, as the desk has it; none for a new one. */
  get profile(): ProfileView | undefined {
    const id = this.form?.id;
    return id == null ? undefined : session().profiles.find((profile) => profile.id === id);
  }

  /**
   * Whether a key or token was typed while money of the company needs attention. One of another application would look where
   * nothing of it was sent; without a new one, an old one that is taken no more could look nowhere.
   */
  get replacesSecretAmongOpen(): boolean {
    const isTyped = (this.form?.secret ?? '').trim() !== '';
    return isTyped && this.profile?.isActive === true && session().counts.needsAttention > 0;
  }

  /** Whether something was typed that is not saved. */
  get isChanged(): boolean {
    return this.form !== undefined && this.#fingerprint() !== this.#saved;
  }

  get isBusy(): boolean {
    return this.saving || this.testing || this.changing;
  }

  startNew(): void {
    this.#open(emptyForm());
  }

  edit(profile: ProfileView): void {
    this.#open(formOf(profile));
  }

  close(): void {
    this.forgetSecret();
    this.form = undefined;
    this.#clear();
  }

  /** A key or token that was typed and not saved does not outlive the screen. */
  forgetSecret(): void {
    if (this.form) this.form.secret = '';
  }

  useStyle(style: NumberStyle): void {
    if (!this.form || this.form.numberStyle === style) return;
    this.form.numberStyle = style;
    this.form.confirmationLimit = inOtherStyle(this.form.confirmationLimit);
  }

  problemAt(field: ConnectField): Problem | undefined {
    const here = this.#problems().find((problem) => problem.field === field);
    return here && problemShown(here);
  }

  summary(): Array<{ field: string | null; message: string }> {
    const order = (problem: FieldProblem) => CONNECT_FIELDS.indexOf(problem.field as ConnectField);
    return [...this.#problems()]
      .sort((one, other) => order(one) - order(other))
      .map((problem) => ({ field: problem.field, message: problemText(problem) }));
  }

  /** Saves, and wipes the key or token. Whether it was saved. */
  async save(): Promise<boolean> {
    const form = this.form;
    if (!form || this.isBusy) return false;
    this.saving = true;
    this.failure = undefined;
    this.#found = [];
    try {
      const saved = await backend.saveProfile(this.#wire(form));
      await refreshSession();
      this.#open(formOf(saved));
      return true;
    } catch (thrown) {
      const error = asBackendError(thrown);
      this.#found = error.fields.map((problem) => ({ problem, value: this.#valueOf(problem.field) }));
      if (error.fields.length === 0) this.failure = { what: 'save', error };
      if (error.fields.some(({ field }) => field === 'baseUrl' || field === 'activationBase')) this.ownAddresses = true;
      this.attempt += 1;
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** Tests the connection of the profile as it is saved. */
  async test(): Promise<void> {
    const id = this.form?.id;
    if (id == null || this.isBusy) return;
    this.testing = true;
    this.failure = undefined;
    this.report = undefined;
    try {
      const report = await backend.testConnection(id);
      if (this.form?.id === id) this.report = report;
    } catch (thrown) {
      if (this.form?.id === id) this.failure = { what: 'test', error: asBackendError(thrown) };
    } finally {
      this.testing = false;
    }
  }

  /** Works in the open profile from now on. Whether it came to that. */
  async activate(): Promise<boolean> {
    const id = this.form?.id;
    if (id == null || this.isBusy) return false;
    return this.#change('activate', async () => {
      await adoptSession(await backend.activateProfile(id));
    });
  }

  async remove(): Promise<boolean> {
    const id = this.form?.id;
    if (id == null || this.isBusy) return false;
    return this.#change('remove', async () => {
      const view = await backend.deleteProfile(id);
      this.close();
      await adoptSession(view);
    });
  }

  async #change(what: 'activate' | 'remove', job: () => Promise<void>): Promise<boolean> {
    this.changing = true;
    this.failure = undefined;
    try {
      await job();
      return true;
    } catch (thrown) {
      this.failure = { what, error: asBackendError(thrown) };
      return false;
    } finally {
      this.changing = false;
    }
  }

  #open(form: ConnectForm): void {
    this.forgetSecret();
    this.#clear();
    this.form = form;
    this.ownAddresses = form.baseUrl !== '' || form.activationBase !== '';
    this.#saved = this.#fingerprint();
  }

  #clear(): void {
    this.attempt = 0;
    this.#found = [];
    this.failure = undefined;
    this.report = undefined;
  }

  #wire(form: ConnectForm): ProfileForm {
    const { secret, ...rest } = $state.snapshot(form);
    const addresses = this.ownAddresses ? {} : { baseUrl: '', activationBase: '' };
    return { ...rest, ...addresses, secret: secret.trim() === '' ? null : secret };
  }

  #problems(): FieldProblem[] {
    return this.#found
      .filter(({ problem, value }) => this.#valueOf(problem.field) === value)
      .map(({ problem }) => problem);
  }

  #valueOf(field: Field): string {
    return this.form && (CONNECT_FIELDS as readonly string[]).includes(field) ? this.form[field as ConnectField] : '';
  }

  #fingerprint(): string {
    return JSON.stringify([this.form, this.ownAddresses]);
  }
}

export const connect = new Connect();
