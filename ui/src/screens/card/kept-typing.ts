// What was typed into the form beside a card while another screen is on: it is there again afterwards. A form that is closed,
// or a card that is opened anew, begins anew. What confirms or decides is asked for again, and nothing secret is ever kept.

import { navigation } from '$lib/app/navigation.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';

/** What one kind of form keeps. */
export class KeptTyping<Typed> {
  #kept: { opening: number; typed: Typed } | undefined;

  constructor() {
    forgetWithProfile(() => (this.#kept = undefined));
  }

  /** The form is made: what was kept of it, once. */
  take(): Typed | undefined {
    const before = this.#kept;
    this.#kept = undefined;
    return before?.opening === navigation.cardFormOpening ? before.typed : undefined;
  }

  /** The form is taken away. `opening` is the one in which it was typed. */
  keep(opening: number, typed: Typed): void {
    this.#kept = { opening, typed };
  }
}
