// Registering by invitation: the code that was made here, and the form that uses one. What was typed outlives the screen,
// but for the password: it is handed over once and cleared, and nothing of it stays when the form is left.

import { CheckedForm } from '$lib/app/checked-form.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type Field, type FieldProblem, type InvitationView, type InvitedForm } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { show, t } from '$lib/i18n/index.svelte';

const INVITED_FIELDS: readonly Field[] = [
  'invitationCode',
  'deviceId',
  'username',
  'password',
  'confirmPassword',
  'nit',
  'termsAndConditionsAccepted',
];

const EMPTY: InvitedForm = {
  invitationCode: '',
  deviceId: '',
  username: '',
  nit: '',
  termsAndConditionsAccepted: null,
};

/** What `domain::text` takes for no character that prints. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

export class InvitedRegistration extends CheckedForm<InvitedForm, string> {
  password = $state('');
  confirmPassword = $state('');
  /** What was typed went with the last try to register, or when the form was left: no mistake, but to be typed again. */
  #isCleared = $state(false);

  // A doubt stands at its field, which may be out of sight: whoever registers with it is asked once.
  protected override readonly asksAboutWarnings = true;

  constructor() {
    super(EMPTY, INVITED_FIELDS, 'invited-');
  }

  protected override valueOf(field: Field): unknown {
    if (field === 'password') return this.password;
    if (field === 'confirmPassword') return this.confirmPassword;
    return super.valueOf(field) ?? '';
  }

  protected override markOf(field: Field): unknown {
    // What is asked about a password is its length.
    return field === 'password' || field === 'confirmPassword' ? [...this.password].length : super.markOf(field);
  }

  /** The form as it is sent. Whoever reads a code out says its groups; between them stands a dash. */
  override wire(): InvitedForm {
    const wire = super.wire();
    return { ...wire, invitationCode: wire.invitationCode.trim().replace(/\s*-\s*|\s+/g, '-') };
  }

  protected override async ask(form: InvitedForm): Promise<FieldProblem[]> {
    return [...(await backend.checkInvited(form)), ...this.#passwordProblems()];
  }

  protected override async send(form: InvitedForm): Promise<string> {
    const { password, confirmPassword } = this;
    this.forgetPassword();
    const { profile } = await backend.registerInvited(form, password, confirmPassword);
    // A code that was used up is not offered to be sent to somebody else.
    if (invitation.made?.code.toUpperCase() === form.invitationCode.toUpperCase()) invitation.forget();
    return profile.cardholderId;
  }

  override problemAt(field: Field): Problem | undefined {
    return field === 'password' && this.#isCleared && this.password === ''
      ? { message: t('invitation.password_cleared'), severity: 'warning' }
      : super.problemAt(field);
  }

  /** From now on an empty password is one that is missing. */
  override submit(): Promise<string | undefined> {
    this.#isCleared = false;
    return super.submit();
  }

  /** What can be said of it without handing it over. */
  #passwordProblems(): FieldProblem[] {
    const problem = (
      field: Field,
      code: FieldProblem['code'],
      severity: FieldProblem['severity'] = 'error',
    ): FieldProblem => ({ field, code, severity, params: {} });
    if (this.password === '') return this.#isCleared ? [] : [problem('password', 'missing')];
    // The same rule as the desk's (`desk::invitations`), which never hears of a password that does not keep it.
    if (UNPRINTABLE.test(this.password)) return [problem('password', 'password_form')];
    if (this.confirmPassword === '') return [problem('confirmPassword', 'missing')];
    if (this.confirmPassword !== this.password) return [problem('confirmPassword', 'passwords_differ')];
    // The contract names no length: this one is usual, and the gateway has the last word.
    const length = [...this.password].length;
    return length < 8 || length > 72 ? [problem('password', 'password_form', 'warning')] : [];
  }

  forgetPassword(): void {
    this.#isCleared ||= this.password !== '';
    this.password = '';
    this.confirmPassword = '';
  }

  override clear(): void {
    super.clear();
    this.forgetPassword();
    this.#isCleared = false;
  }
}

export class InvitationMade {
  /** The last code that was made, until another company is worked in. */
  made = $state.raw<InvitationView | undefined>(undefined);
  busy = $state(false);
  failure = $state.raw<BackendError | undefined>(undefined);
  /** Rises when it is forgotten: a code that comes afterwards is the other company's. */
  #forgotten = 0;

  async make(): Promise<void> {
    if (this.busy) return;
    const forgotten = this.#forgotten;
    const isStillAsked = () => forgotten === this.#forgotten;
    this.busy = true;
    this.failure = undefined;
    try {
      const made = await backend.makeInvitation();
      if (isStillAsked()) this.made = made;
    } catch (thrown) {
      if (isStillAsked()) this.failure = asBackendError(thrown);
    } finally {
      if (isStillAsked()) this.busy = false;
    }
  }

  forget(): void {
    this.#forgotten += 1;
    this.busy = false;
    this.made = undefined;
    this.failure = undefined;
  }
}

/** What is sent on to whoever is invited, as plain text. */
export function invitationText({ code, expiresAt }: InvitationView, company: string): string {
  const lines = [t('invitation.text_title', { company }), '', t('invitation.text_code', { code })];
  if (expiresAt) lines.push(t('invitation.text_until', { at: show.instantLong(expiresAt) }));
  return [...lines, t('invitation.once')].join('\n');
}

export const invited = new InvitedRegistration();
export const invitation = new InvitationMade();
forgetWithProfile(() => {
  invited.clear();
  invitation.forget();
});
