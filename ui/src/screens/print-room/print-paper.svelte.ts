// The paper of the next run: which one, where a sheet of labels goes on, and whether backs are printed. Measures, what can be
// printed on what, and how far a sheet is used are the desk's word: it keeps the first free label of each paper.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { Loadable } from '$lib/app/loadable.svelte';
import { changeSettings } from '$lib/app/session.svelte';
import { backend, type PaperView, type PrintRequest, type StartedSheet } from '$lib/backend';

export class PrintPaper {
  /** The word of the chosen paper. */
  id = $state('');
  withBacks = $state(false);
  readonly papers = new Loadable<PaperView[]>();
  /** What was said last about a sheet, and is not kept yet. */
  #said: StartedSheet | undefined;
  #keeping: Promise<void> | undefined;

  get all(): readonly PaperView[] {
    return this.papers.value ?? [];
  }

  get chosen(): PaperView | undefined {
    return this.all.find((paper) => paper.id === this.id);
  }

  get canStartLater(): boolean {
    return this.chosen?.kind === 'labels' && this.chosen.places > 1;
  }

  /** The first free label, from 1. */
  get startPlace(): number {
    return this.canStartLater ? (this.chosen?.firstFreePlace ?? 1) : 1;
  }

  /** Reads what is on offer. A paper that is not there any more gives way to the first. */
  async load(wanted: string): Promise<void> {
    this.id = this.id === '' ? wanted : this.id;
    const papers = await this.#read();
    if (papers && !papers.some((paper) => paper.id === this.id)) this.id = papers[0]?.id ?? '';
  }

  async choose(id: string): Promise<void> {
    this.id = id;
    await changeSettings({ setting: 'insert_paper', value: id });
  }

  /** Says where the sheet in the hand goes on, and has it kept. */
  startAt(place: number): void {
    const paper = this.chosen;
    if (!paper || !this.canStartLater || place === this.startPlace) return;
    this.papers.value = this.all.map((each) => (each.id === paper.id ? { ...each, firstFreePlace: place } : each));
    this.#said = { paper: paper.id, place };
    this.#keeping ??= this.#keep();
  }

  /** Reads anew where sheets go on: a run has used labels, or a draft was counted. */
  async refresh(): Promise<void> {
    await this.#read();
  }

  /** What of a request says on what it is printed. */
  wire(): Pick<PrintRequest, 'paper' | 'startPlace' | 'withBacks'> {
    return {
      paper: this.id,
      startPlace: this.startPlace,
      withBacks: this.withBacks && this.chosen?.hasBacks === true,
    };
  }

  clear(): void {
    this.id = '';
    this.withBacks = false;
    this.#said = undefined;
    this.papers.clear();
  }

  /** An answer from before what was said last would take it back. */
  async #read(): Promise<PaperView[] | undefined> {
    await this.#keeping;
    return this.papers.run(() => backend.papers());
  }

  /** One after the other, the last one last: whoever goes over the labels with the keys means where they stop. */
  async #keep(): Promise<void> {
    try {
      for (let said = this.#said; said; said = this.#said) {
        this.#said = undefined;
        await changeSettings({ setting: 'started_sheet', value: said });
      }
    } finally {
      this.#keeping = undefined;
    }
  }
}

export const printPaper = new PrintPaper();
forgetWithProfile(() => printPaper.clear());
