// What was typed into the form beside a card while another screen is on, or somebody else is chosen: it is there again once one
// comes back to it. It belongs to that opening of the form, so it is never seen at another card. A form that is closed
// begins anew, as does the card on show that is opened once more. What confirms or decides is asked for again, and nothing secret is ever kept.

import { navigation } from '$lib/app/navigation.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';

/** What one kind of form keeps. */
export class KeptTyping<Typed> {
  readonly #kept = new Map<number, Typed>();

  constructor() {
    forgetWithProfile(() => this.#kept.clear());
  }

  /** The form is made: what was kept of it, once. */
  take(): Typed | undefined {
    const before = this.#kept.get(navigation.cardFormOpening);
    this.#kept.delete(navigation.cardFormOpening);
    return before;
  }

  /** The form is taken away. `opening` is the one in which it was typed. */
  keep(opening: number, typed: Typed): void {
    if (navigation.isCardFormGoingOn(opening)) this.#kept.set(opening, typed);
  }
}
