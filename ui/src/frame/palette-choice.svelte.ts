// What Enter runs in the palette: the first of what answers exactly what is typed, or what was moved to among that. People come
// after the key that asked for them: an Enter before they are there waits for them, and counts only while nothing else is typed.

/** Something that the palette offers. */
export interface Offer {
  /** The name that it has in the list. */
  value: string;
  isPossible: boolean;
  run: () => void;
}

/** What moves in the list. */
const MOVES: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'Home', 'End']);

export class PaletteChoice {
  /** What is chosen in the list. */
  value = $state('');
  #isMovedTo = false;
  #waits = false;

  /** Something else stands in the field: what was chosen before, and an Enter that still waits, were about something else. */
  typed(): void {
    this.#isMovedTo = false;
    this.#waits = false;
  }

  /** Takes a key of the field, before the list does. `isAwaited` says whether more is to come of what is typed. */
  pressed(event: KeyboardEvent, isAwaited: boolean): void {
    if (MOVES.has(event.key)) this.moved();
    if (event.key !== 'Enter' || event.isComposing || !isAwaited) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) this.#waits = true;
  }

  /** By an arrow or the pointer. */
  moved(): void {
    this.#isMovedTo = true;
  }

  /** This is on offer now, in the order of the list. */
  offer(offers: readonly Offer[]): void {
    const isThere = offers.some(({ value }) => value === this.value);
    if (this.#isMovedTo && isThere) return;
    // What Enter meant is gone: nothing else is taken for it.
    if (this.#isMovedTo) this.typed();
    this.value = (offers.find(({ isPossible }) => isPossible) ?? offers[0])?.value ?? '';
  }

  /** All that answers what is typed is there: runs what an Enter waits for. */
  answered(offers: readonly Offer[]): void {
    this.offer(offers);
    if (!this.#waits) return;
    this.#waits = false;
    offers.find(({ value }) => value === this.value)?.run();
  }
}
