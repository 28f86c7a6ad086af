// Replacements of cards, from memory: the steps in their order, the wait for the new card, and what is refused on demand.

import type {
  CardSummary,
  ErrorView,
  OperationView,
  ReplacementForm,
  ReplacementNote,
  ReplacementStep,
  ReplacementStepForm,
  ReplacementView,
  StepOutcome,
} from '../src/lib/backend/bindings';
import { STEPS_OF } from '../src/screens/replace/steps';

interface Place {
  card: (cardId: string) => CardSummary;
  name: (cardholderId: string) => string;
  setState: (cardId: string, state: CardSummary['state']) => void;
  issue: (cardholderId: string) => CardSummary;
  transfer: (from: string, to: string, amount: string) => OperationView;
  error: (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;
}

interface Kept {
  number: number;
  oldCardId: string;
  newCardId: string | null;
  cause: ReplacementForm['cause'];
  reason: string;
  begunAt: string;
  done: Array<{
    step: ReplacementStep;
    outcome: StepOutcome;
    at: string;
    reference: string | null;
    detail: string | null;
  }>;
  stopped: { at: string; reason: string | null } | null;
}

const now = () => new Date().toISOString();

export class FakeReplacements {
  readonly #kept: Kept[] = [];

  constructor(readonly place: Place) {}

  begin(form: ReplacementForm): ReplacementView {
    if (this.#kept.some((each) => each.oldCardId === form.cardId && !each.stopped && !this.#isFinished(each)))
      throw this.place.error('replacement_open');
    const kept: Kept = {
      number: this.#kept.length + 1,
      oldCardId: form.cardId,
      newCardId: null,
      cause: form.cause,
      reason: form.reason,
      begunAt: now(),
      done: [],
      stopped: null,
    };
    this.#kept.unshift(kept);
    return this.#view(kept);
  }

  ofCard(cardId: string): ReplacementView | null {
    const kept =
      this.#kept.find((each) => each.oldCardId === cardId) ?? this.#kept.find((each) => each.newCardId === cardId);
    return kept ? this.#view(kept) : null;
  }

  proceed(form: ReplacementStepForm): ReplacementView {
    const kept = this.#find(form.number);
    const view = this.#view(kept);
    const step = this.#next(kept);
    if (!step || step !== form.step || view.waits === 'activation' || kept.stopped) return view;
    const done = (outcome: StepOutcome, reference: string | null = null, detail: string | null = null) => {
      kept.done.push({ step, outcome, at: now(), reference, detail });
    };
    if (step === 'block') {
      const was = this.place.card(kept.oldCardId).state;
      if (was === 'active') this.place.setState(kept.oldCardId, 'blocked');
      done(was === 'active' ? 'blocked' : was === 'blocked' ? 'blocked_before' : 'not_to_be_blocked');
    } else if (step === 'issue') {
      kept.newCardId = this.place.issue(view.cardholderId).cardId;
      done('issued', 'CD-ISSU-41KE');
    } else if (step === 'inserts') {
      done('inserts_voided', null, '0042-017');
    } else if (view.balance) {
      if (view.balance.needsAmountAgain && form.amountAgain?.replaceAll(',', '') !== view.balance.amount)
        throw this.place.error('fields_need_mending', {
          field: 'amountAgain',
          fields: [{ field: 'amountAgain', code: 'amount_again_differs', severity: 'error', params: {} }],
        });
      const amount = form.amount ?? view.balance.amount;
      const moved = this.place.transfer(kept.oldCardId, kept.newCardId ?? '', amount);
      done('balance_moved', moved.reference, `${amount} ${view.balance.currency}`);
    } else done('nothing_to_move');
    return this.#view(kept);
  }

  stop(number: number, reason: string): ReplacementView {
    const kept = this.#find(number);
    kept.stopped = { at: now(), reason: reason || null };
    return this.#view(kept);
  }

  resume(number: number): ReplacementView {
    const kept = this.#find(number);
    kept.stopped = null;
    return this.#view(kept);
  }

  /** Those at a card, or of a cardholder that are not finished, or everybody's under way. */
  notes(of: { cardId: string } | { cardholderId: string } | 'open'): ReplacementNote[] {
    return this.#kept
      .filter((each) => {
        if (of === 'open') return !this.#isFinished(each) && !each.stopped;
        if ('cardId' in of) return each.oldCardId === of.cardId || each.newCardId === of.cardId;
        return this.place.card(each.oldCardId).cardholderId === of.cardholderId && !this.#isFinished(each);
      })
      .map((each) => this.#note(each));
  }

  #find(number: number): Kept {
    const found = this.#kept.find((each) => each.number === number);
    if (!found) throw this.place.error('replacement_not_found');
    return found;
  }

  #next(kept: Kept): ReplacementStep | undefined {
    return STEPS_OF[kept.cause][kept.done.length];
  }

  #isFinished(kept: Kept): boolean {
    return this.#next(kept) === undefined;
  }

  #note(kept: Kept): ReplacementNote {
    const view = this.#view(kept);
    return {
      number: kept.number,
      cardholderId: view.cardholderId,
      cardholderDisplayName: this.place.name(view.cardholderId),
      oldCardId: kept.oldCardId,
      oldLastFour: view.oldCard.lastFour,
      newCardId: kept.newCardId,
      newLastFour: view.newCard?.lastFour ?? null,
      cause: kept.cause,
      reason: kept.reason,
      standing: view.standing,
      next: this.#next(kept) ?? null,
      waits: view.waits,
      begunAt: kept.begunAt,
      operator: 'operacion',
    };
  }

  #view(kept: Kept): ReplacementView {
    const oldCard = this.place.card(kept.oldCardId);
    const newCard = kept.newCardId === null ? null : this.place.card(kept.newCardId);
    const next = this.#next(kept);
    const hasBalance = /[1-9]/.test(oldCard.balance ?? '');
    const needsNew = (next === 'balance' && hasBalance) || (next === 'block' && kept.cause === 'expiring');
    const standing = next === undefined ? 'finished' : kept.stopped ? 'stopped' : 'open';
    return {
      number: kept.number,
      cardholderId: oldCard.cardholderId,
      oldCard: { ...oldCard },
      newCard: newCard && { ...newCard },
      cause: kept.cause,
      reason: kept.reason,
      begunAt: kept.begunAt,
      operator: 'operacion',
      standing,
      steps: STEPS_OF[kept.cause].map((step) => {
        const done = kept.done.find((each) => each.step === step);
        return {
          step,
          standing: done ? 'done' : step === next ? 'next' : 'ahead',
          outcome: done?.outcome ?? null,
          at: done?.at ?? null,
          operator: done ? 'operacion' : null,
          reference: done?.reference ?? null,
          detail: done?.detail ?? null,
        };
      }),
      waits: standing === 'open' && needsNew && newCard?.state === 'inactive' ? 'activation' : null,
      attempt: null,
      balance:
        next === 'balance' && hasBalance
          ? {
              amount: oldCard.balance ?? '0.00',
              currency: 'GTQ',
              available: (Number(oldCard.balance) - 20).toFixed(2),
              pending: '20.00',
              needsAmountAgain: Number(oldCard.balance) > 5000,
              availableNeedsAgain: Number(oldCard.balance) - 20 > 5000,
            }
          : null,
      candidates: [],
      stopped: kept.stopped ? { ...kept.stopped, operator: 'operacion' } : null,
    };
  }
}
