// The printers of this computer and what each shifts: a calibration page is printed or saved, measured with a ruler, and
// what the ruler shows is typed. What it comes to is the desk's word.

import { CheckedForm } from '$lib/app/checked-form.svelte';
import { Loadable } from '$lib/app/loadable.svelte';
import {
  backend,
  type CalibrationForm,
  type Field,
  type FieldProblem,
  type Paper,
  type PrinterView,
  type PrintersView,
  type PrintJobView,
  type SheetSide,
  type ShiftView,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { isOpen } from '$lib/app/print-jobs.svelte';

export const CALIBRATION_FIELDS = ['measuredLeft', 'measuredTop'] as const satisfies ReadonlyArray<
  keyof CalibrationForm & Field
>;

export class Measured extends CheckedForm<CalibrationForm, PrintersView> {
  /** What was typed comes to this. */
  shift = $state.raw<ShiftView | undefined>(undefined);

  constructor(printer: PrinterView, side: SheetSide) {
    const applied = printer[side];
    super(
      { printer: printer.systemName, side, measuredLeft: '', measuredTop: '', applied },
      CALIBRATION_FIELDS,
      'shift-',
    );
  }

  protected async ask(form: CalibrationForm): Promise<FieldProblem[]> {
    const { problems, shift } = await backend.checkCalibration(form);
    this.shift = shift ?? undefined;
    return problems;
  }

  protected send(form: CalibrationForm): Promise<PrintersView> {
    return backend.keepCalibration(form);
  }
}

export class Calibration {
  readonly printers = new Loadable<PrintersView>();
  form = $state.raw<Measured | undefined>(undefined);
  paper = $state<Paper>('letter');
  busy = $state<'print' | 'save' | undefined>(undefined);
  failure = $state.raw<BackendError | undefined>(undefined);
  /** The page that was sent to the printer. */
  job = $state.raw<PrintJobView | undefined>(undefined);
  saved = $state<string | undefined>(undefined);

  get all(): readonly PrinterView[] {
    return this.printers.value?.printers ?? [];
  }

  get open(): PrinterView | undefined {
    return this.all.find((printer) => printer.systemName === this.form?.form.printer);
  }

  get isFollowing(): boolean {
    return this.job !== undefined && isOpen(this.job);
  }

  async load(): Promise<void> {
    await this.printers.run(() => backend.printers());
  }

  calibrate(printer: PrinterView, side: SheetSide = 'front'): void {
    this.form = new Measured(printer, side);
    this.job = undefined;
    this.saved = undefined;
    this.failure = undefined;
  }

  close(): void {
    this.form = undefined;
  }

  async print(): Promise<void> {
    const form = this.form?.form;
    const printer = this.open;
    if (!form || !printer || this.busy) return;
    await this.#do('print', async () => {
      const { job } = await backend.printCalibration(this.paper, printer.systemName, form.side, printer.tray);
      this.job = await backend.testPage(printer.systemName, job);
    });
  }

  async save(): Promise<void> {
    const form = this.form?.form;
    if (!form || this.busy) return;
    await this.#do('save', async () => {
      this.saved = await backend.saveCalibration(this.paper, form.printer, form.side);
    });
  }

  /** Asks how far the page is. */
  async look(): Promise<void> {
    const job = this.job;
    if (!job) return;
    try {
      this.job = await backend.testPage(job.printer, job.id);
    } catch {
      // Asked again.
    }
  }

  async keep(): Promise<boolean> {
    const printers = await this.form?.submit();
    if (!printers) return false;
    this.printers.value = printers;
    this.close();
    return true;
  }

  async forget(printer: PrinterView, side: SheetSide): Promise<void> {
    try {
      this.printers.value = await backend.forgetCalibration(printer.systemName, side);
      const open = this.open;
      if (open) this.calibrate(open, side);
    } catch (thrown) {
      this.failure = asBackendError(thrown);
    }
  }

  async #do(what: 'print' | 'save', job: () => Promise<void>): Promise<void> {
    this.busy = what;
    this.failure = undefined;
    try {
      await job();
    } catch (thrown) {
      this.failure = asBackendError(thrown);
    } finally {
      this.busy = undefined;
    }
  }
}
