// Whether somebody works in the window: keys and the pointer, told to the desk now and then, and the page's own clock beside the
// desk's, so that nothing is shown for longer than the time that was chosen.

/** Activity is told at most so often, in milliseconds; the desk counts by minutes. */
const TELL_EVERY_MS = 10_000;

/** The clocks are looked at at least so often, in milliseconds: a timer stands still while the computer sleeps. */
const LOOK_EVERY_MS = 2_000;

const ACTS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;

/** A moment on both clocks: one stands still while the computer sleeps, the other can be set back. */
const now = () => ({ steady: performance.now(), calendar: Date.now() });
type Moment = ReturnType<typeof now>;

const between = (before: Moment, after: Moment) =>
  Math.max(after.steady - before.steady, after.calendar - before.calendar);

export class IdleWatch {
  #limit = 0;
  #last = now();
  #told = now();
  #idle: ReturnType<typeof setTimeout> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #isOn = false;
  #pointer = '';

  /** `tell` says that somebody works, `end` that nobody has for too long. */
  constructor(
    private readonly tell: () => void,
    private readonly end: () => void,
  ) {}

  /** Counts from now on. Asked again with another time, it goes on counting. */
  start(minutes: number): void {
    this.#limit = minutes * 60_000;
    if (!this.#isOn) {
      this.#isOn = true;
      this.#last = now();
      for (const act of ACTS) addEventListener(act, this.#acted, true);
      document.addEventListener('visibilitychange', this.#look);
    }
    this.#look();
  }

  stop(): void {
    this.#isOn = false;
    clearTimeout(this.#idle);
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const act of ACTS) removeEventListener(act, this.#acted, true);
    document.removeEventListener('visibilitychange', this.#look);
  }

  readonly #acted = (event: Event): void => {
    if (this.#isStill(event)) return;
    if (this.#isOver()) {
      // It comes too late, as after a night in which the computer slept: it does nothing any more.
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#finish();
      return;
    }
    this.#last = now();
    const since = between(this.#told, this.#last);
    if (since >= TELL_EVERY_MS) this.#say();
    else this.#telling ??= setTimeout(() => this.#say(), TELL_EVERY_MS - since);
  };

  /** A web view says that the pointer has moved where only the page below it has. */
  #isStill(event: Event): boolean {
    if (event.type !== 'pointermove') return false;
    const { screenX, screenY } = event as PointerEvent;
    const before = this.#pointer;
    this.#pointer = `${screenX} ${screenY}`;
    return this.#pointer === before;
  }

  #say(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#told = now();
    this.tell();
  }

  readonly #look = (): void => {
    clearTimeout(this.#idle);
    if (this.#isOver()) return this.#finish();
    this.#idle = setTimeout(this.#look, Math.min(LOOK_EVERY_MS, this.#limit - between(this.#last, now())));
  };

  #isOver(): boolean {
    return between(this.#last, now()) >= this.#limit;
  }

  #finish(): void {
    this.stop();
    this.end();
  }
}
