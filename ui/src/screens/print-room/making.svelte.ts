// How far the run is that is on its way: asked for while it is made, and shown in the bar at the lower edge as well.

import { backend, type PrintingView } from '$lib/backend';
import { lock } from '$lib/app/lock.svelte';
import { show, t } from '$lib/i18n/index.svelte';
import { work, type WorkShown } from '$lib/app/work.svelte';

/** How often it is asked for, in milliseconds. */
const EVERY_MS = 250;

export class Making {
  value = $state.raw<PrintingView | null>(null);
  #watchers = 0;

  /** Follows the run while the job makes it. */
  async during<T>(job: () => Promise<T>): Promise<T> {
    const shown = work.begin(() => t('run.making'), {});
    this.#watchers += 1;
    const watching = this.#watchers;
    const ask = () => this.#ask(shown, () => watching === this.#watchers);
    // Nobody sees it while the desk is locked, and what would be asked then waits.
    const timer = setInterval(() => void (lock.isCovered ? undefined : ask()), EVERY_MS);
    try {
      return await job();
    } finally {
      clearInterval(timer);
      this.#watchers += 1;
      this.value = null;
      shown.end();
    }
  }

  /** Follows a run that somebody else waits for, if there is one: the page may have been loaded again meanwhile. */
  async resume(): Promise<boolean> {
    if (this.value) return false;
    if ((await backend.printing()) === null) return false;
    await this.during(async () => {
      while ((await backend.printing()) !== null) await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    });
    return true;
  }

  async cancel(): Promise<void> {
    // What can't be asked any more has ended, and its end is told by whoever waits for it.
    this.value = await backend.cancelPrinting().catch(() => null);
  }

  async #ask(shown: WorkShown, isWanted: () => boolean): Promise<void> {
    const printing = await backend.printing().catch(() => null);
    if (!isWanted()) return;
    this.value = printing;
    if (!printing) return;
    const { pagesASecond, phase, isCancelled } = printing;
    shown.progress({
      done: printing.pagesDone,
      total: printing.pages === 0 ? undefined : printing.pages,
      secondsLeft: printing.secondsLeft ?? undefined,
      pace: pagesASecond ? () => t('run.pace', { count: pagesASecond, shown: show.count(pagesASecond) }) : undefined,
      cancel: phase === 'handing_over' || isCancelled ? undefined : () => void this.cancel(),
    });
  }
}
