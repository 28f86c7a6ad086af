// One load, withdrawal, adjustment or transfer, from the first digit to its outcome. The desk reads the amount, keeps the draft and its
// reference, and decides everything; this keeps the form closed from the moment it is sent until there is an outcome. What was
// typed outlives a look at another screen.

import {
  backend,
  type Field,
  type FieldProblem,
  type FundsDraft,
  type FundsAction,
  type OperationView,
} from '$lib/backend';
import { mayHaveBeenSent } from '$lib/app/may-have-been-sent';
import { navigation } from '$lib/app/navigation.svelte';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { amountReadings } from '$lib/i18n/amount-readings';
import { problemText } from '$lib/i18n/errors';
import type { CardChoice } from './CardPicker.svelte';
import { KeptTyping } from './kept-typing';

export type FundsField = 'toCardId' | 'amount' | 'amountAgain' | 'note' | 'despiteReason';

/** The ids of the controls, by the desk's name for the field. */
export const FUNDS_FIELD_IDS: Record<FundsField, string> = {
  toCardId: 'funds-to-card',
  amount: 'funds-amount',
  amountAgain: 'funds-amount-again',
  note: 'funds-note',
  despiteReason: 'funds-despite',
};

/** The gateway takes this many characters of a description. */
export const NOTE_MAX = 50;

/** What is kept of it. What confirms or decides is not: an amount that is typed twice, and a reason not to wait. */
interface Typed {
  toCardId: string | null;
  toCard: CardChoice | undefined;
  amount: string;
  note: string;
}

const kept = new KeptTyping<Typed>();

export class FundsFormState {
  kind = $state.raw<FundsAction>('load');
  /** The card that a transfer pays, once it was chosen. */
  toCardId = $state<string | null>(null);
  /** The same as it was offered. */
  toCard = $state.raw<CardChoice | undefined>(undefined);
  amount = $state('');
  amountAgain = $state('');
  note = $state('');
  /** Why it does not wait for its look-alikes; `undefined` while it does. */
  despite = $state<string | undefined>(undefined);
  left = $state<Partial<Record<FundsField, true>>>({});
  attempt = $state(0);
  /** Sent, and no outcome yet. Nothing can be changed or sent. */
  sending = $state(false);
  draft = $state.raw<FundsDraft | undefined>(undefined);
  outcome = $state.raw<OperationView | undefined>(undefined);
  /** The draft could not be kept, the submission was stopped before anything was sent, or what came of it can't be told. */
  failure = $state.raw<BackendError | undefined>(undefined);
  /** The reference under which it was or may have been sent, where what came of it can't be told: it is closed for good. */
  sentAs = $state.raw<string | undefined>(undefined);

  #opening = navigation.cardFormOpening;
  #question = 0;
  #drafting: Promise<void> = Promise.resolve();
  #closed = false;
  /** What the draft was read from: only that is ever sent. */
  #amountRead: string | undefined;
  #cardRead: string | null = null;
  /** Why the other direction would not wait: look-alikes are of one direction. */
  #despiteOf: Partial<Record<FundsAction, string | undefined>> = {};

  constructor(
    readonly cardId: string,
    kind: FundsAction,
    /** The card's currency, as it is shown: a draft may not know it. */
    readonly currency: string | null = null,
  ) {
    this.kind = kind;
    this.#takeKept();
  }

  #takeKept(): void {
    const before = kept.take();
    if (!before) return;
    this.toCardId = before.toCardId;
    this.toCard = before.toCard;
    this.amount = before.amount;
    this.note = before.note;
    if (before.toCardId !== null) this.left.toCardId = true;
    if (before.amount !== '') this.left.amount = true;
  }

  /** A look-alike without an outcome is waited for, unless the operator gives a reason. */
  get waits(): boolean {
    return (this.draft?.lookAlikes.length ?? 0) > 0 && this.despite === undefined;
  }

  get isClosed(): boolean {
    return this.sending || this.outcome !== undefined || this.sentAs !== undefined;
  }

  /** Has the desk read what was typed. Answers come in the order of the questions: a draft has one reference. */
  read(): Promise<void> {
    const question = ++this.#question;
    this.#drafting = this.#drafting.then(async () => {
      if (question !== this.#question || this.#closed || this.isClosed) return;
      const amountTyped = this.amount;
      const { kind, toCardId } = this;
      try {
        const draft = await backend.draftFunds({
          cardId: this.cardId,
          kind,
          toCardId,
          amountTyped,
          reference: this.draft?.reference ?? null,
        });
        if (kind !== this.kind) return void giveUp(draft);
        this.draft = draft;
        this.#amountRead = amountTyped;
        this.#cardRead = toCardId;
        this.failure = undefined;
      } catch (thrown) {
        this.#amountRead = undefined;
        this.failure = asBackendError(thrown);
        if (this.failure.code === 'submitted_already') this.#closeForGood(this.failure);
      }
    });
    return this.#drafting;
  }

  /** The other direction of the same: all that was typed stays, and the desk reads it anew. */
  async turn(kind: FundsAction): Promise<void> {
    if (kind === this.kind || this.isClosed) return;
    this.#despiteOf[this.kind] = this.despite;
    this.despite = this.#despiteOf[kind];
    this.kind = kind;
    this.#opening = navigation.cardFormOpening;
    const before = this.draft;
    this.draft = undefined;
    await Promise.all([this.read(), giveUp(before)]);
  }

  #problemsFromDesk = $derived([...(this.draft?.problems ?? []), ...(this.failure?.fields ?? [])]);

  #words(problem: FieldProblem): string {
    const readings = problem.code === 'amount_ambiguous' ? amountReadings(this.amount) : undefined;
    const told = readings ? { ...problem, params: { ...problem.params, ...readings } } : problem;
    return problemText(told, this.draft?.currency ?? this.currency);
  }

  problemAt(field: FundsField): Problem | undefined {
    const spoken = this.attempt > 0 || this.left[field] === true;
    if (!spoken) return undefined;
    const here = this.#problemsFromDesk.filter((problem) => problem.field === field);
    const worst = here.find((problem) => problem.severity === 'error') ?? here[0];
    return worst && { message: this.#words(worst), severity: worst.severity };
  }

  summary(): Array<{ field: string | null; message: string }> {
    if (this.attempt === 0) return [];
    const seen = new Set<string>();
    return this.#problemsFromDesk
      .filter((problem) => problem.severity === 'error')
      .map((problem) => ({ field: fieldId(problem.field), message: this.#words(problem) }))
      .filter(({ field, message }) => !seen.has(`${field} ${message}`) && seen.add(`${field} ${message}`));
  }

  /** Sends, once. A second call while the first is under way, or after its outcome, does nothing. */
  async submit(): Promise<void> {
    if (this.isClosed) return;
    await this.read();
    const draft = this.draft;
    // Left meanwhile, it is kept as it was typed: what is sent is gone from it.
    if (this.#closed || this.isClosed || !draft || this.#amountRead !== this.amount || this.#cardRead !== this.toCardId)
      return;
    if (this.waits || draft.problems.some((problem) => problem.severity === 'error')) {
      this.attempt += 1;
      return;
    }
    this.sending = true;
    this.failure = undefined;
    try {
      this.outcome = await backend.submitFunds({
        reference: draft.reference,
        toCardId: this.toCardId,
        amountTyped: this.amount,
        amountAgain: draft.needsAmountAgain ? this.amountAgain : null,
        note: this.note.trim(),
        despite:
          this.despite === undefined
            ? null
            : { references: draft.lookAlikes.map(({ reference }) => reference), reason: this.despite },
      });
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      this.attempt += 1;
      if (mayHaveBeenSent(this.failure)) this.#closeForGood(this.failure);
    } finally {
      this.sending = false;
    }
    if (this.failure?.code === 'internal') await this.#askWhetherSent(this.failure);
  }

  /** Where this program failed, the desk knows whether the reference was sent: one that was closes the form. */
  async #askWhetherSent(failure: BackendError): Promise<void> {
    await this.read();
    if (!this.isClosed) this.failure = failure;
  }

  #closeForGood(error: BackendError): void {
    this.sentAs = error.reference ?? this.draft?.reference ?? '';
  }

  /** The form is left: a draft that nothing was done with is given up. */
  async close(): Promise<void> {
    const { toCardId, toCard, amount, note } = this;
    if (!this.isClosed) kept.keep(this.#opening, { toCardId, toCard, amount, note });
    this.#closed = true;
    await this.#drafting;
    if (!this.isClosed) await giveUp(this.draft);
  }
}

async function giveUp(draft: FundsDraft | undefined): Promise<void> {
  if (!draft) return;
  try {
    await backend.discardFunds(draft.reference);
  } catch {
    // A draft that stays means nothing and sends nothing.
  }
}

function fieldId(field: Field): string | null {
  return field in FUNDS_FIELD_IDS ? FUNDS_FIELD_IDS[field as FundsField] : null;
}
