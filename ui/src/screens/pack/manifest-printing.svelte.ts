// A manifest on its way to a printer: on which one, and what became of the job. The desk hands it over; this asks how far it
// is, also after the manifest was closed.

import { Loadable } from '$lib/app/loadable.svelte';
import { isOpen, isTroubled, JOBS_EVERY_MS, jobText } from '$lib/app/print-jobs.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { session } from '$lib/app/session.svelte';
import { work } from '$lib/app/work.svelte';
import { backend, type ManifestToSave, type PrinterView, type PrintersView, type PrintJobState } from '$lib/backend';
import { asBackendError } from '$lib/backend/errors';
import { errorText } from '$lib/i18n/errors';
import { t } from '$lib/i18n/index.svelte';

/** How often a job is asked for at most: a printer that says nothing for an hour is looked at by people. */
const LOOKS_MAX = 1_800;

export class ManifestPrinting {
  /** The system's name of the printer; empty for none. */
  name = $state('');
  busy = $state(false);
  readonly printers = new Loadable<PrintersView>();
  /** Rises when the company is left: its jobs are told to nobody any more. */
  #company = 0;

  get all(): readonly PrinterView[] {
    return this.printers.value?.printers ?? [];
  }

  get chosen(): PrinterView | undefined {
    return this.all.find((printer) => printer.systemName === this.name);
  }

  /** Looks which printers there are. The one that was used last is chosen, or else the system's own. */
  async load(): Promise<void> {
    const found = await this.printers.run(() => backend.printers());
    const wanted = [this.name, session().settings.printer ?? ''];
    const known = wanted.find((name) => found?.printers.some((printer) => printer.systemName === name));
    if (found) this.name = known ?? found.printers[0]?.systemName ?? '';
  }

  async print(paper: ManifestToSave): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      if (!this.chosen) await this.load();
      const printer = this.chosen;
      if (!printer) {
        this.#sayNone();
        return;
      }
      const job = await backend.printManifest(paper, printer.systemName);
      work.say(() => t('pack.manifest.sent', { printer: printer.name }));
      void this.#follow(printer.systemName, job);
    } catch (thrown) {
      const error = asBackendError(thrown);
      work.say(() => errorText(error), false);
    } finally {
      this.busy = false;
    }
  }

  /** The company was left. */
  clear(): void {
    this.#company += 1;
    this.name = '';
    this.printers.clear();
  }

  #sayNone(): void {
    const { error } = this.printers;
    const isDown = this.printers.value?.system === 'down';
    work.say(() => (error ? errorText(error) : t(isDown ? 'error.print_system_down' : 'printer.none')), false);
  }

  async #follow(printer: string, id: string): Promise<void> {
    const company = this.#company;
    let said: PrintJobState | undefined;
    for (let looks = 0; looks < LOOKS_MAX && company === this.#company; looks += 1) {
      try {
        const job = await backend.testPage(printer, id);
        if (company !== this.#company) return;
        if (job.state !== said) work.say(() => t('pack.manifest.job', { state: jobText(job) }), !isTroubled(job));
        if (!isOpen(job)) return;
        said = job.state;
      } catch {
        // The printer system may be down for a while.
      }
      await new Promise((resolve) => setTimeout(resolve, JOBS_EVERY_MS));
    }
  }
}

export const manifestPrinting = new ManifestPrinting();
forgetWithProfile(() => manifestPrinting.clear());
