// A replacement as its panel shows it: what stands, the next step sent once, and what it waits for asked for again.

import { backend, type ReplacementCause, type ReplacementStep, type ReplacementView } from '$lib/backend';
import { Loadable } from '$lib/app/loadable.svelte';
import { ChangeForm } from '../card/change-form.svelte';

/** The gateway's code for a card that has less than is asked for. */
const INSUFFICIENT = '7303';

export class Replace {
  readonly loaded = new Loadable<ReplacementView | null>();
  readonly form = new ChangeForm();
  amountAgain = $state('');
  /** Only what no pending debit waits for is moved. */
  availableOnly = $state(false);
  newCardId = $state('');
  /** Another one is to be begun although there is one: the form for it is on show. */
  beginsAnew = $state(false);
  /** The one that is carried out here: how it ended is told here, also where it was opened from the new card. */
  #followed = $state<ReplacementView['number'] | undefined>(undefined);

  constructor(readonly cardId: string) {}

  get view(): ReplacementView | undefined {
    return this.loaded.value ?? undefined;
  }

  /** What the step moves: all of the balance, or what of it is available. */
  get amount(): string | undefined {
    const balance = this.view?.balance;
    return (this.availableOnly ? balance?.available : undefined) ?? balance?.amount;
  }

  get needsAmountAgain(): boolean {
    const balance = this.view?.balance;
    if (this.availableOnly && balance?.available != null) return balance.availableNeedsAgain;
    return balance?.needsAmountAgain ?? false;
  }

  get next(): ReplacementStep | undefined {
    return this.view?.steps.find(({ standing }) => standing === 'next')?.step;
  }

  /** Whether a replacement is to be begun: there is none of this card, or another one is wanted. */
  get isToBegin(): boolean {
    if (this.beginsAnew || this.loaded.value === null) return true;
    const view = this.view;
    if (view === undefined || view.number === this.#followed) return false;
    return view.standing === 'finished' && view.oldCard.cardId !== this.cardId;
  }

  async load(): Promise<void> {
    await this.loaded.run(() => backend.replacementOfCard(this.cardId));
    this.#follow();
  }

  #follow(): void {
    if (this.view && this.view.standing !== 'finished') this.#followed = this.view.number;
  }

  async begin(cause: ReplacementCause, reason: string): Promise<ReplacementView | undefined> {
    return this.#shown(await this.form.send(() => backend.beginReplacement({ cardId: this.cardId, cause, reason })));
  }

  /** Does the step whose name is on the button, once. */
  async proceed(): Promise<ReplacementView | undefined> {
    const { view, next: step } = this;
    if (!view || !step) return undefined;
    const isMoney = step === 'balance' && view.balance !== null;
    return this.#shown(
      await this.form.send(() =>
        backend.continueReplacement({
          number: view.number,
          step,
          amount: isMoney ? (this.amount ?? null) : null,
          amountAgain: this.needsAmountAgain ? this.amountAgain : null,
          newCardId: view.waits === 'new_card' && this.newCardId !== '' ? this.newCardId : null,
        }),
      ),
    );
  }

  async stop(reason: string): Promise<ReplacementView | undefined> {
    const { view } = this;
    if (!view) return undefined;
    return this.#shown(await this.form.send(() => backend.stopReplacement(view.number, reason)));
  }

  async resume(): Promise<ReplacementView | undefined> {
    const { view } = this;
    if (!view) return undefined;
    return this.#shown(await this.form.send(() => backend.resumeReplacement(view.number)));
  }

  #shown(view: ReplacementView | undefined): ReplacementView | undefined {
    if (view) {
      // Questions that are on their way would answer with what stood before.
      this.loaded.clear();
      this.loaded.value = view;
      this.#follow();
      this.beginsAnew = false;
      this.amountAgain = '';
      // The gateway has just said that all of it is more than it gives.
      this.availableOnly = view.attempt?.gatewayCode === INSUFFICIENT && view.balance?.available != null;
    } else if (this.form.failedBeyondCheck) void this.load();
    return view;
  }
}
