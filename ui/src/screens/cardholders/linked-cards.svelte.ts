// The cards of other people that one cardholder may use: read from the gateway each time, never kept. What a change came to
// that was not meant (somebody else unlinked it) is told above the list, which is then read again.

import { CheckedForm } from '$lib/app/checked-form.svelte';
import { Loadable } from '$lib/app/loadable.svelte';
import { backend, type ErrorCode, type FieldProblem, type LinkedCardView, type LinkForm } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';

/** After these the list is not what is on screen: it is read again. */
const LIST_IS_OLD: ReadonlySet<ErrorCode> = new Set(['link_gone', 'alias_changed', 'link_uncertain', 'linked_already']);

export class LinkedCards {
  readonly list = new Loadable<LinkedCardView[]>();
  /** What stood in the way of the last change of the list. */
  failure = $state.raw<BackendError | undefined>(undefined);
  busy = $state(false);

  /** `ondenied` is told when the company may not do one of it: what is on offer is not what it was. */
  constructor(
    readonly cardholderId: string,
    readonly ondenied: () => void,
  ) {}

  read(): Promise<LinkedCardView[] | undefined> {
    return this.list.run(() => backend.linkedCards(this.cardholderId));
  }

  /** A form of its own for each card to be linked. */
  linking(): Linking {
    return new Linking(this);
  }

  /** Gives a linked card another alias. What is wrong with the alias, or nothing: then it was done, or told above. */
  rename(card: LinkedCardView, alias: string): Promise<BackendError | undefined> {
    const { associationId } = card;
    return this.#change(() =>
      backend.renameLinkedCard({ cardholderId: this.cardholderId, associationId, aliasSeen: card.alias, alias }),
    );
  }

  unlink(card: LinkedCardView): Promise<BackendError | undefined> {
    return this.#change(() => backend.unlinkCard(this.cardholderId, card.associationId));
  }

  async #change(change: () => Promise<unknown>): Promise<BackendError | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.failure = undefined;
    try {
      await change();
      await this.read();
      return undefined;
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (error.fields.length > 0) return error;
      if (LIST_IS_OLD.has(error.code)) await this.read();
      if (error.code === 'gateway_forbidden') this.ondenied();
      this.failure = error;
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}

export class Linking extends CheckedForm<LinkForm, true> {
  constructor(readonly links: LinkedCards) {
    const empty = { cardholderId: links.cardholderId, ownerEmail: '', lastFour: '', alias: '' };
    super(empty, ['ownerEmail', 'lastFour', 'alias'], 'link-');
  }

  protected override ask(form: LinkForm): Promise<FieldProblem[]> {
    return backend.checkLink(form);
  }

  protected override async send(form: LinkForm): Promise<true> {
    try {
      await backend.linkCard(form);
    } catch (thrown) {
      const { code } = asBackendError(thrown);
      if (LIST_IS_OLD.has(code)) void this.links.read();
      if (code === 'gateway_forbidden') this.links.ondenied();
      throw thrown;
    }
    this.links.failure = undefined;
    await this.links.read();
    return true;
  }
}
