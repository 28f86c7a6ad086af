// The printer of the next run: which one, its tray, and how many copies.

import { Loadable } from '$lib/app/loadable.svelte';
import { changeSettings, session } from '$lib/app/session.svelte';
import { backend, type PrinterView, type PrintersView, type PrintTo } from '$lib/backend';

export const COPIES_MAX = 99;

export class PrintPrinter {
  /** The system's name of it; empty for none. */
  name = $state('');
  /** Empty: the printer chooses. */
  tray = $state('');
  copies = $state(1);
  readonly printers = new Loadable<PrintersView>();

  get all(): readonly PrinterView[] {
    return this.printers.value?.printers ?? [];
  }

  get chosen(): PrinterView | undefined {
    return this.all.find((printer) => printer.systemName === this.name);
  }

  /** Looks which printers there are. The one that was used last is chosen, or else the system's own. */
  async load(): Promise<void> {
    const found = await this.printers.run(() => backend.printers());
    if (!found) return;
    const wanted = [this.name, session().settings.printer ?? ''];
    const known = wanted.find((name) => found.printers.some((printer) => printer.systemName === name));
    this.#use(known ?? found.printers[0]?.systemName ?? '');
  }

  async choose(name: string): Promise<void> {
    this.#use(name);
    await changeSettings({ setting: 'printer', value: name });
  }

  #use(name: string): void {
    this.name = name;
    this.tray = this.chosen?.tray ?? '';
    this.copies = 1;
  }

  wire(): PrintTo {
    return { printer: this.name, tray: this.tray === '' ? null : this.tray, copies: this.copies };
  }
}

export const printPrinter = new PrintPrinter();
