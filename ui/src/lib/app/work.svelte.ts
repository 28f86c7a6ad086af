// Long work: what runs, how far it is, and how it ended. It stands in the bar at the lower edge, whatever screen is on.

export interface Work {
  id: number;
  /** Asked for each time it is drawn, so that it follows the language. */
  title: () => string;
  /** Done and total; without a total the bar only says that something moves. */
  done?: number | undefined;
  total?: number | undefined;
  cancel?: (() => void) | undefined;
}

/** The last thing that ended, until the next one does. */
export interface Ended {
  /** Asked for each time it is drawn, so that it follows the language. */
  text: () => string;
  good: boolean;
  at: Date;
  /** The file that came of it, on offer to be opened. */
  file?: string | undefined;
}

let works = $state<Work[]>([]);
let ended = $state.raw<Ended | undefined>(undefined);
let nextId = 1;

export const work = {
  get running(): readonly Work[] {
    return works;
  },
  get ended(): Ended | undefined {
    return ended;
  },
  /** Shows work while it runs, and what it came to. The result, or the failure, goes on to the caller. */
  async run<T>(
    title: () => string,
    job: (progress: (done: number, total: number) => void) => Promise<T>,
    end: (result: T) => string,
    failure: (thrown: unknown) => string,
  ): Promise<T> {
    const id = nextId++;
    works.push({ id, title });
    const progress = (done: number, total: number) => {
      const mine = works.find((each) => each.id === id);
      if (mine) Object.assign(mine, { done, total });
    };
    try {
      const result = await job(progress);
      ended = { text: () => end(result), good: true, at: new Date() };
      return result;
    } catch (thrown) {
      ended = { text: () => failure(thrown), good: false, at: new Date() };
      throw thrown;
    } finally {
      works = works.filter((each) => each.id !== id);
    }
  },
  /** Says what was done, for work that was too short to show. */
  say(text: () => string, good = true, file?: string): void {
    ended = { text, good, at: new Date(), file };
  },
};
