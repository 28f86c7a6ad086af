// The paper of the next run: which one, where a sheet of labels goes on, and whether backs are printed. Measures, and what
// can be printed on what, are the desk's word.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { Loadable } from '$lib/app/loadable.svelte';
import { changeSettings } from '$lib/app/session.svelte';
import { backend, type PaperView, type PrintRequest } from '$lib/backend';

export class PrintPaper {
  /** The word of the chosen paper. */
  id = $state('');
  /** The first free label, from 1. */
  startPlace = $state(1);
  withBacks = $state(false);
  readonly papers = new Loadable<PaperView[]>();

  get all(): readonly PaperView[] {
    return this.papers.value ?? [];
  }

  get chosen(): PaperView | undefined {
    return this.all.find((paper) => paper.id === this.id);
  }

  get canStartLater(): boolean {
    return this.chosen?.kind === 'labels' && this.chosen.places > 1;
  }

  /** Reads what is on offer. A paper that is not there any more gives way to the first. */
  async load(wanted: string): Promise<void> {
    this.id = this.id === '' ? wanted : this.id;
    const papers = await this.papers.run(() => backend.papers());
    if (papers && !papers.some((paper) => paper.id === this.id)) this.#use(papers[0]?.id ?? '');
  }

  async choose(id: string): Promise<void> {
    this.#use(id);
    await changeSettings({ setting: 'insert_paper', value: id });
  }

  #use(id: string): void {
    if (id === this.id) return;
    this.id = id;
    this.startPlace = 1;
  }

  /** What of a request says on what it is printed. */
  wire(): Pick<PrintRequest, 'paper' | 'startPlace' | 'withBacks'> {
    return {
      paper: this.id,
      startPlace: this.canStartLater ? this.startPlace : 1,
      withBacks: this.withBacks && this.chosen?.hasBacks === true,
    };
  }

  /** Labels were used: the sheet goes on after them. */
  used(inserts: number): void {
    const places = this.chosen?.places ?? 1;
    if (this.canStartLater) this.startPlace = ((this.startPlace - 1 + inserts) % places) + 1;
  }

  clear(): void {
    this.id = '';
    this.startPlace = 1;
    this.withBacks = false;
    this.papers.clear();
  }
}

export const printPaper = new PrintPaper();
forgetWithProfile(() => printPaper.clear());
