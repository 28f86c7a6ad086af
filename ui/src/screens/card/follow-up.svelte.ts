// A new operation that follows an older one: taking back what was applied, or making again what was not. The older one's
// facts are kept, so nothing but the reason is typed; it is closed from the moment it is sent until there is an outcome.

import { mayHaveBeenSent } from '$lib/app/may-have-been-sent';
import { navigation, type Detail } from '$lib/app/navigation.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type FieldProblem, type FollowUpDraft, type FollowUpKind, type OperationView } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { problemText, problemShown } from '$lib/i18n/errors';
import { KeptTyping } from './kept-typing';

export type FollowUpField = 'amount' | 'toCardId' | 'reason' | 'amountAgain' | 'despiteReason';

/** The ids of the controls, by the desk's name for the field; what can't be typed here stands in the summary alone. */
export const FOLLOW_UP_FIELD_IDS: Partial<Record<FollowUpField, string>> = {
  reason: 'follow-up-reason',
  amountAgain: 'follow-up-amount-again',
  despiteReason: 'follow-up-despite',
};

/** An operation that is followed, and what was typed for that: it outlives a look at another screen, or at somebody else. */
export class Followed {
  /** What confirms or decides is asked for again: an amount that is typed twice, and a reason not to wait. */
  reason = $state('');
  /** On its way, with its outcome, or sent without one that can be told: a form that is made for it anew would only send it again. */
  isSent = false;

  constructor(
    readonly older: OperationView,
    readonly kind: FollowUpKind,
  ) {}
}

let beside = $state.raw<{ followed: Followed; detail: Detail; opening: number } | undefined>(undefined);
const kept = new KeptTyping<Followed>();
forgetWithProfile(() => (beside = undefined));

/** What the form beside the card that is open follows. */
export const followedBesideCard = {
  get current(): Followed | undefined {
    return beside?.detail === navigation.detail ? beside.followed : undefined;
  },
  begin(older: OperationView, kind: FollowUpKind): void {
    if (beside) kept.keep(beside.opening, beside.followed);
    navigation.openCardForm('follow_up');
    const before = kept.take();
    const isSame = before?.older.reference === older.reference && before.kind === kind && !before.isSent;
    const followed = new Followed(older, kind);
    if (isSame) followed.reason = before.reason;
    beside = { followed, detail: navigation.detail, opening: navigation.cardFormOpening };
  },
};

export class FollowUpState {
  amountAgain = $state('');
  /** Why it does not wait for its look-alikes; `undefined` while it does. */
  despite = $state<string | undefined>(undefined);
  attempt = $state(0);
  sending = $state(false);
  draft = $state.raw<FollowUpDraft | undefined>(undefined);
  outcome = $state.raw<OperationView | undefined>(undefined);
  failure = $state.raw<BackendError | undefined>(undefined);
  /** The reference under which it was or may have been sent, where what came of it can't be told: it is closed for good. */
  sentAs = $state.raw<string | undefined>(undefined);

  constructor(readonly followed: Followed) {}

  get reason(): string {
    return this.followed.reason;
  }

  set reason(typed: string) {
    this.followed.reason = typed;
  }

  get isClosed(): boolean {
    return this.sending || this.outcome !== undefined || this.sentAs !== undefined;
  }

  get waits(): boolean {
    return (this.draft?.funds?.lookAlikes.length ?? 0) > 0 && this.despite === undefined;
  }

  async load(): Promise<void> {
    if (this.isClosed) return;
    try {
      const { older, kind } = this.followed;
      this.draft = await backend.draftFollowUp(older.reference, kind, this.draft?.reference ?? null);
      this.failure = undefined;
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      if (this.failure.code === 'submitted_already') this.#closeForGood(this.failure);
    }
  }

  #closeForGood(error: BackendError): void {
    this.sentAs = error.reference ?? this.draft?.reference ?? '';
    this.followed.isSent = true;
  }

  #problems = $derived<FieldProblem[]>([...(this.draft?.funds?.problems ?? []), ...(this.failure?.fields ?? [])]);

  problemAt(field: FollowUpField): Problem | undefined {
    if (this.attempt === 0) return undefined;
    const found = this.#problems.find((problem) => problem.field === field);
    return found && problemShown(found, this.draft?.funds?.currency);
  }

  summary(): Array<{ field: string | null; message: string }> {
    if (this.attempt === 0) return [];
    return this.#problems
      .filter((problem) => problem.severity === 'error')
      .map((problem) => ({
        field: FOLLOW_UP_FIELD_IDS[problem.field as FollowUpField] ?? null,
        message: problemText(problem, this.draft?.funds?.currency),
      }));
  }

  /** Sends, once. A second call while the first is under way, or after its outcome, does nothing. */
  async submit(): Promise<void> {
    const draft = this.draft;
    if (this.isClosed || !draft) return;
    if (this.waits || draft.funds?.problems.some((problem) => problem.severity === 'error')) {
      this.attempt += 1;
      return;
    }
    this.sending = true;
    this.followed.isSent = true;
    this.failure = undefined;
    try {
      this.outcome = await backend.submitFollowUp({
        reference: draft.reference,
        reason: this.reason.trim(),
        amountAgain: draft.funds?.needsAmountAgain ? this.amountAgain : null,
        despite:
          this.despite === undefined
            ? null
            : { references: draft.funds?.lookAlikes.map(({ reference }) => reference) ?? [], reason: this.despite },
      });
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      this.followed.isSent = false;
      this.attempt += 1;
      if (mayHaveBeenSent(this.failure)) this.#closeForGood(this.failure);
    } finally {
      this.sending = false;
    }
  }

  /** The form is left: a draft that nothing was done with is given up. */
  async close(): Promise<void> {
    if (this.isClosed || !this.draft) return;
    try {
      await backend.discardFunds(this.draft.reference);
    } catch {
      // A draft that stays means nothing and sends nothing.
    }
  }
}
