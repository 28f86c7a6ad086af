// Setting a PIN: whose it is, the code that was sent, and how it ended. Secrets pass through here once, on their way to the
// desk, and are kept nowhere; what else was filled in stays, also while the operator looks elsewhere.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type CodeSent, type FieldProblem, type PinSubmitted, type PinWeakness } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { codeProblem, pinAgainProblem, pinProblem, type PinField } from './pin-rules';

/** Somebody who shares the card. */
export interface SharingUser {
  cardholderId: string;
  name: string;
}

/** What the form hands over, once. */
export interface TypedSecrets {
  code: string;
  pin: string;
  pinAgain: string;
}

type Step = 'idle' | 'asking' | 'sending';

export class PinFormState {
  /** Whether the PIN is somebody else's than the card's own holder. */
  isShared = $state(false);
  user = $state.raw<SharingUser | undefined>(undefined);
  sent = $state.raw<CodeSent | undefined>(undefined);
  /** The code that was sent has been used up: another one has to be asked for. */
  isSpent = $state(false);
  /** Its time is over. */
  isExpired = $state(false);
  step = $state<Step>('idle');
  attempt = $state(0);
  problems = $state.raw<readonly FieldProblem[]>([]);
  failure = $state.raw<BackendError | undefined>(undefined);
  weak = $state.raw<{ weakness: PinWeakness; held: string } | undefined>(undefined);
  /** What was typed was handed over and came to nothing: it is not kept, so that it has to be typed again. */
  isToBeTypedAgain = $state(false);
  done = $state.raw<{ at: string; operator: string; name: string | undefined } | undefined>(undefined);

  /** Whether whoever was chosen does not share the card, as the gateway tells: their code would be asked for in vain. */
  isKnownNotToShare = $state(false);

  #expiry: ReturnType<typeof setTimeout> | undefined;
  /** Rises when secrets were forgotten: an answer of before does not bring a held PIN back. */
  #forgotten = 0;

  constructor(
    readonly cardId: string,
    readonly lastFour: string,
    /** Which opening of the form beside the card it was made for. */
    readonly opening: number,
  ) {}

  /** Whether a code can be typed: one was sent, or may have been. */
  get awaitsCode(): boolean {
    return this.sent !== undefined || this.failure?.code === 'code_uncertain' || this.#mayHaveBeenSent;
  }
  #mayHaveBeenSent = $state(false);

  get needsUser(): boolean {
    return this.isShared && this.user === undefined;
  }

  get owner() {
    return { cardId: this.cardId, userId: this.isShared ? (this.user?.cardholderId ?? null) : null };
  }

  /** Whose PIN it is: a code that was sent to somebody else is of no use any more. */
  choose(isShared: boolean, user: SharingUser | undefined): void {
    if (this.isShared === isShared && this.user?.cardholderId === user?.cardholderId) return;
    this.isShared = isShared;
    this.user = user;
    this.isKnownNotToShare = false;
    this.#begin();
    if (user) void this.#lookWhetherShared(user);
  }

  /** What the gateway does not tell is left to it. */
  async #lookWhetherShared(user: SharingUser): Promise<void> {
    const linked = await backend.linkedCards(user.cardholderId).catch(() => undefined);
    if (linked === undefined || this.user !== user) return;
    this.isKnownNotToShare = linked.every(({ lastFour }) => lastFour !== null && lastFour !== this.lastFour);
  }

  #begin(): void {
    clearTimeout(this.#expiry);
    this.sent = undefined;
    this.#mayHaveBeenSent = false;
    this.isSpent = false;
    this.isExpired = false;
    this.problems = [];
    this.failure = undefined;
    this.isToBeTypedAgain = false;
    this.done = undefined;
  }

  async ask(): Promise<void> {
    if (this.step !== 'idle' || this.needsUser) return;
    this.step = 'asking';
    this.failure = undefined;
    this.problems = [];
    try {
      const sent = await backend.requestPinCode(this.owner);
      this.#begin();
      this.sent = sent;
      this.#watchExpiry(sent.expiresAt);
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      this.#mayHaveBeenSent ||= MAY_HAVE_LEFT.has(this.failure.code);
    } finally {
      this.step = 'idle';
    }
  }

  /** The code that the form before this one had sent to the card's own holder is still good: it is not asked for again. */
  takeCodeOf(before: PinFormState): void {
    if (before.isShared || before.isSpent || before.isExpired) return;
    this.sent = before.sent;
    this.#mayHaveBeenSent = before.#mayHaveBeenSent;
    this.#watchExpiry(before.sent?.expiresAt ?? null);
  }

  #watchExpiry(expiresAt: string | null): void {
    if (expiresAt === null) return;
    const left = new Date(expiresAt).getTime() - Date.now();
    // A clock that is off by hours must not say that a code that has just come is over.
    if (left <= 0) return;
    this.#expiry = setTimeout(() => (this.isExpired = true), Math.min(left, 0x7fff_ffff));
  }

  /** What is wrong with what was typed, for the fields; said once they have something in them or it was submitted. */
  check(typed: TypedSecrets, codeLength?: number): FieldProblem[] {
    return [
      codeProblem(typed.code, codeLength),
      pinProblem(typed.pin),
      pinAgainProblem(typed.pin, typed.pinAgain),
    ].filter((problem) => problem !== undefined);
  }

  /** One field was left: what is wrong with it is said, what was mended is not said any more. */
  left(field: PinField, found: FieldProblem | undefined): void {
    this.problems = [...this.problems.filter((problem) => problem.field !== field), ...(found ? [found] : [])];
  }

  /** Notes that what was typed can't be sent. */
  refuse(problems: FieldProblem[]): void {
    this.problems = problems;
    this.attempt += 1;
  }

  /** Hands the secrets over, once. */
  submit(typed: TypedSecrets): Promise<void> {
    const { code, pin, pinAgain } = typed;
    return this.#send(() => backend.setPin({ owner: this.owner, code, pin, pinAgain }));
  }

  /** The operator's word for a PIN that is easy to guess. */
  async goOn(): Promise<void> {
    const held = this.weak?.held;
    if (held === undefined) return;
    this.weak = undefined;
    await this.#send(() => backend.setHeldPin(held));
  }

  async #send(send: () => Promise<PinSubmitted>): Promise<void> {
    if (this.step !== 'idle') return;
    this.step = 'sending';
    this.failure = undefined;
    this.problems = [];
    this.isToBeTypedAgain = false;
    const forgotten = this.#forgotten;
    try {
      const answer = await send();
      if (answer.state === 'set') {
        const name = this.isShared ? this.user?.name : undefined;
        this.#begin();
        this.done = { at: answer.at, operator: answer.operator, name };
      } else if (forgotten === this.#forgotten) this.weak = answer;
      else this.#drop(answer.held);
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (error.fields.length > 0) this.problems = error.fields;
      else this.failure = error;
      this.isToBeTypedAgain = true;
      this.isSpent ||= error.params.code_is_spent !== undefined;
      this.attempt += 1;
    } finally {
      this.step = 'idle';
    }
  }

  /** Another PIN will be typed: the one that waits is given up. */
  giveUp(): void {
    this.#forgotten += 1;
    const held = this.weak?.held;
    this.weak = undefined;
    if (held !== undefined) this.#drop(held);
  }

  /** Secrets have to go: what waits is given up, and that is said. */
  forget(): void {
    if (this.weak) this.failure = asBackendError({ ...NOT_HELD, fields: [] });
    this.giveUp();
  }

  #drop(held: string): void {
    // If it can't be told, it is given up there after two minutes.
    backend.dropHeldPin(held).catch(() => undefined);
  }

  /** A form that has ended begins anew, with the card's own holder; so does one whose code is of no use any more. */
  close(): void {
    this.giveUp();
    this.problems = [];
    this.failure = undefined;
    this.isToBeTypedAgain = false;
    if (this.done) this.choose(false, undefined);
    if (this.done || this.isSpent || this.isExpired) this.#begin();
  }
}

/** After these a code may be on its way all the same. */
const MAY_HAVE_LEFT: ReadonlySet<string> = new Set([
  'gateway_timed_out',
  'gateway_connection_lost',
  'gateway_fault',
  'gateway_unreadable',
]);

/** What is said of a PIN that waited and was given up here. */
const NOT_HELD = {
  code: 'pin_not_held',
  message: null,
  params: {},
  field: null,
  fields: [],
  retryable: false,
  reference: null,
} as const;

let latest: PinFormState | undefined;

/**
 * The form of a card: the same one while the operator looks elsewhere, for the code and not for any secret. One that is opened
 * anew begins with the card's own holder, so that nobody's PIN is set for whoever was chosen before; what is on its way to the
 * gateway is followed to its end.
 */
export function pinFormOf(cardId: string, lastFour: string, opening: number): PinFormState {
  const before = latest?.cardId === cardId ? latest : undefined;
  if (before && (before.opening === opening || before.step === 'sending')) return before;
  latest = new PinFormState(cardId, lastFour, opening);
  if (before) latest.takeCodeOf(before);
  return latest;
}

forgetWithProfile(() => {
  latest = undefined;
});
