// Long work: what runs, how far it is, and how it ended. It stands in the bar at the lower edge, whatever screen is on.

export interface Work {
  id: number;
  /** Asked for each time it is drawn, so that it follows the language. */
  title: () => string;
  /** Done and total; without a total the bar only says that something moves. */
  done?: number | undefined;
  total?: number | undefined;
  /** How long it will still take at its pace so far, in seconds. */
  secondsLeft?: number | undefined;
  /** How fast it goes, in words. */
  pace?: (() => string) | undefined;
  pause?: (() => void) | undefined;
  cancel?: (() => void) | undefined;
}

/** Work on show. */
export interface WorkShown {
  progress: (told: Pick<Work, 'done' | 'total' | 'secondsLeft' | 'pace' | 'cancel'>) => void;
  end: () => void;
}

/** The last thing that ended, until the next one does. */
export interface Ended {
  /** Asked for each time it is drawn, so that it follows the language. */
  text: () => string;
  good: boolean;
  at: Date;
  /** The file that came of it, on offer to be opened. */
  file?: string | undefined;
  /** Leads to what came of it, where that is in the window. */
  open?: (() => void) | undefined;
  /** What it says may not stay so: asks what became of it, and says that. */
  follow?: (() => Promise<void>) | undefined;
}

let works = $state<Work[]>([]);
let ended = $state.raw<Ended | undefined>(undefined);
let nextId = 1;

/** After this long, in milliseconds, the pace says something about what is left. */
const PACE_AFTER_MS = 2_000;

/** How fast work goes, counted from when it was first heard of: what was done before says nothing about it. */
export class Pace {
  #since: { at: number; done: number } | undefined;

  secondsLeft(done: number, total: number, at = performance.now()): number | undefined {
    this.#since ??= { at, done };
    const took = at - this.#since.at;
    const did = done - this.#since.done;
    if (took < PACE_AFTER_MS || did <= 0) return undefined;
    return Math.ceil(((took / did) * (total - done)) / 1000);
  }
}

export const work = {
  get running(): readonly Work[] {
    return works;
  },
  get ended(): Ended | undefined {
    return ended;
  },
  /** Shows work whose progress somebody else knows, until it is ended; what it came to is said apart. */
  begin(title: () => string, controls: Pick<Work, 'pause' | 'cancel'> = {}): WorkShown {
    const id = nextId++;
    works.push({ id, title, ...controls });
    return {
      progress(told) {
        const mine = works.find((each) => each.id === id);
        if (mine) Object.assign(mine, told);
      },
      end() {
        works = works.filter((each) => each.id !== id);
      },
    };
  },
  /**
   * Shows work while it runs, and what it came to; `open` leads to that, where it is in the window. The result, or the
   * failure, goes on to the caller.
   */
  async run<T>(
    title: () => string,
    job: (progress: (done: number, total: number) => void) => Promise<T>,
    end: (result: T) => string,
    failure: (thrown: unknown) => string,
    { open, ...controls }: Pick<Work, 'pause' | 'cancel'> & Pick<Ended, 'open'> = {},
  ): Promise<T> {
    const id = nextId++;
    works.push({ id, title, ...controls });
    const pace = new Pace();
    const progress = (done: number, total: number) => {
      const mine = works.find((each) => each.id === id);
      if (mine) Object.assign(mine, { done, total, secondsLeft: pace.secondsLeft(done, total) });
    };
    try {
      const result = await job(progress);
      ended = { text: () => end(result), good: true, at: new Date(), open };
      return result;
    } catch (thrown) {
      ended = { text: () => failure(thrown), good: false, at: new Date() };
      throw thrown;
    } finally {
      works = works.filter((each) => each.id !== id);
    }
  },
  /** What ended is of a company that was left: it leads nowhere any more. */
  forgetWays(): void {
    if (ended?.open || ended?.follow) ended = { ...ended, open: undefined, follow: undefined };
  },
  /** Says what was done, for work that was too short to show. */
  say(text: () => string, good = true, file?: string, follow?: () => Promise<void>): void {
    ended = { text, good, at: new Date(), file, follow };
  },
};
