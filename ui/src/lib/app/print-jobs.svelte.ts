// The jobs that are with a printer, followed until they end, whatever screen is on: what became of one is said at the lower
// edge. The desk asks the printer system; this asks the desk.

import { backend, type PrintJobState, type PrintJobView } from '$lib/backend';
import { JOB_STATES, printerWords } from '$lib/i18n/papers';
import { t } from '$lib/i18n/index.svelte';
import { forgetWithProfile } from './profile-scope';
import { work } from './work.svelte';

/** How often a job is asked for, in milliseconds. */
export const JOBS_EVERY_MS = 2_000;

const OPEN: ReadonlySet<PrintJobState> = new Set(['waiting', 'held', 'printing', 'stopped']);
const TROUBLED: ReadonlySet<PrintJobState> = new Set(['held', 'stopped', 'cancelled', 'aborted', 'lost']);

export function isOpen(job: PrintJobView): boolean {
  return OPEN.has(job.state);
}

/** Whether it ended before its pages were out: its run does not count any more, as far as nothing speaks for it. */
export function cameToNothing(job: PrintJobView): boolean {
  return job.state === 'cancelled' || job.state === 'aborted';
}

/** Whether somebody has to do something about it. */
export function isTroubled(job: PrintJobView): boolean {
  return TROUBLED.has(job.state);
}

/** A job's state with the printer's own words. */
export function jobText(job: PrintJobView): string {
  return [t(JOB_STATES[job.state]), ...printerWords(job.words)].join(' · ');
}

export class PrintJobs {
  all = $state.raw<readonly PrintJobView[]>([]);
  /** Rises when a job came to nothing: what counts as printed is not what it was. */
  lost = $state(0);
  /** Those whose end was read and put away. */
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());

  get hasOpen(): boolean {
    return this.all.some(isOpen);
  }

  /** What stands in the print room: what is still with a printer, and what did not come out. */
  get shown(): readonly PrintJobView[] {
    return this.all.filter((job) => isOpen(job) || (isTroubled(job) && !this.#dismissed.has(job.id)));
  }

  ofRun(number: string | undefined): PrintJobView | undefined {
    return this.all.find((job) => job.runNumber !== null && job.runNumber === number);
  }

  /** Asks. A question that fails is asked again: the printer system may be down for a while. */
  async look(): Promise<void> {
    try {
      this.#adopt(await backend.printJobs());
    } catch {
      // What was last known stays in sight.
    }
  }

  async cancel(job: PrintJobView): Promise<void> {
    this.#adopt(await backend.cancelPrintJob(job.id));
  }

  dismiss(job: PrintJobView): void {
    this.#dismissed = new Set([...this.#dismissed, job.id]);
  }

  #adopt(jobs: readonly PrintJobView[]): void {
    const before = new Map(this.all.map((job) => [job.id, job]));
    this.all = jobs;
    for (const job of jobs) {
      const was = before.get(job.id);
      if (!was || was.state === job.state) continue;
      this.#say(job);
      if (cameToNothing(job)) this.lost += 1;
    }
  }

  #say(job: PrintJobView): void {
    const isGood = !isTroubled(job);
    work.say(() => t('job.said', { number: job.runNumber ?? '', state: jobText(job) }), isGood);
  }

  clear(): void {
    this.all = [];
    this.#dismissed = new Set();
  }
}

export const printJobs = new PrintJobs();
forgetWithProfile(() => printJobs.clear());
