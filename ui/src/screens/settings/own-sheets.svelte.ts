// A company's own sheets of paper: the list, and the form with the drawing of what is typed. The rules are the desk's.

import { CheckedForm } from '$lib/app/checked-form.svelte';
import { Loadable } from '$lib/app/loadable.svelte';
import {
  backend,
  type Field,
  type FieldProblem,
  type OwnSheetForm,
  type PaperDrawing,
  type PaperView,
} from '$lib/backend';
import { t } from '$lib/i18n/index.svelte';

/** The measures, in the order in which they are taken from a sheet with a ruler. */
export const SHEET_FIELDS = [
  'sheetName',
  'sheetWidth',
  'sheetHeight',
  'columns',
  'rows',
  'cellWidth',
  'cellHeight',
  'leftEdge',
  'topEdge',
  'pitchAcross',
  'pitchDown',
] as const satisfies ReadonlyArray<keyof OwnSheetForm & Field>;
export type SheetField = (typeof SHEET_FIELDS)[number];

const EMPTY: OwnSheetForm = {
  id: null,
  sheetName: '',
  sheetWidth: '',
  sheetHeight: '',
  columns: '',
  rows: '',
  leftEdge: '',
  topEdge: '',
  pitchAcross: '',
  pitchDown: '',
  cellWidth: '',
  cellHeight: '',
  isCut: false,
};

/** Sheets as they are bought, for whoever does not know their size by heart. */
export const SHEET_SIZES = {
  a4: { sheetWidth: '210', sheetHeight: '297' },
  letter: { sheetWidth: '215.9', sheetHeight: '279.4' },
} as const;

export class SheetForm extends CheckedForm<OwnSheetForm, PaperView> {
  drawing = $state.raw<PaperDrawing | undefined>(undefined);

  constructor(start: OwnSheetForm) {
    super(start, SHEET_FIELDS, 'sheet-');
  }

  protected async ask(form: OwnSheetForm): Promise<FieldProblem[]> {
    const { problems, drawing } = await backend.checkOwnSheet(form);
    // A measure that is being typed anew leaves the drawing as it was.
    if (drawing) this.drawing = drawing;
    return problems;
  }

  protected send(form: OwnSheetForm): Promise<PaperView> {
    return backend.saveOwnSheet(form);
  }
}

export class OwnSheets {
  readonly papers = new Loadable<PaperView[]>();
  form = $state.raw<SheetForm | undefined>(undefined);

  get own(): PaperView[] {
    return (this.papers.value ?? []).filter((paper) => paper.own !== null);
  }

  async load(): Promise<void> {
    await this.papers.run(() => backend.papers());
  }

  startNew(): void {
    this.#open({ ...EMPTY });
  }

  edit(paper: PaperView): void {
    if (paper.own) this.#open(paper.own);
  }

  /** Begins a new sheet with the measures of another: its own, or a ready one's. */
  duplicate(paper: PaperView): void {
    if (!paper.own) return;
    this.#open({ ...paper.own, id: null, sheetName: t('sheet.copy_of', { name: paper.own.sheetName }) });
  }

  #open(start: OwnSheetForm): void {
    this.form = new SheetForm(start);
    void this.form.check();
  }

  close(): void {
    this.form = undefined;
  }

  async save(): Promise<PaperView | undefined> {
    const saved = await this.form?.submit();
    if (!saved) return undefined;
    this.close();
    await this.load();
    return saved;
  }

  async remove(paper: PaperView): Promise<void> {
    await backend.removeOwnSheet(paper.id);
    this.close();
    await this.load();
  }
}
