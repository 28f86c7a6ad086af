// Papers and printers of the fake shell: three ready papers, own sheets that are kept while the page is open, and printers
// with every kind of trouble. `?printers=down` is a printer system that does not answer, `?printers=none` one without any.

import type {
  AreaView,
  CalibrationCheck,
  CalibrationForm,
  ErrorView,
  FieldProblem,
  OwnSheetCheck,
  OwnSheetForm,
  PaperDrawing,
  PaperView,
  PrintersView,
  PrinterView,
  PrintJobView,
  SheetSide,
  StartedSheet,
} from '../src/lib/backend/bindings';

const mm = (millimetres: number) => Math.round(millimetres * 1000);

function grid(columns: number, rows: number, at: number[], pitch: number[], size: number[]): AreaView[] {
  return Array.from({ length: columns * rows }, (_, index) => ({
    left: mm((at[0] ?? 0) + (index % columns) * (pitch[0] ?? 0)),
    top: mm((at[1] ?? 0) + Math.floor(index / columns) * (pitch[1] ?? 0)),
    width: mm(size[0] ?? 0),
    height: mm(size[1] ?? 0),
  }));
}

function cut(id: string, width: number, height: number, columns: number, rows: number): PaperView {
  const cells = grid(columns, rows, [0, 0], [width / columns, height / rows], [width / columns, height / rows]);
  const drawing: PaperDrawing = {
    width: mm(width),
    height: mm(height),
    cells,
    folds: [],
    punch: null,
    address: null,
    isCut: true,
  };
  return { id, kind: 'cut', own: null, places: columns * rows, firstFreePlace: 1, hasBacks: true, drawing };
}

const folded: PaperView = {
  ...cut('letter-trifold-10', 215.9, 279.4, 1, 1),
  kind: 'folded',
  drawing: {
    ...cut('', 215.9, 279.4, 1, 1).drawing,
    folds: [mm(93.1), mm(186.3)],
    address: { left: mm(22.2), top: mm(63.5), width: mm(88.9), height: mm(16.9) },
    isCut: false,
  },
};

const labels: PaperView = {
  ...cut('label-l7165', 210, 297, 2, 4),
  kind: 'labels',
  hasBacks: false,
  drawing: {
    ...cut('', 210, 297, 2, 4).drawing,
    cells: grid(2, 4, [4.65, 13.1], [101.6, 67.7], [99.1, 67.7]),
    isCut: false,
  },
};

const NUMBERS = [
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
] as const;

export class FakePapers {
  #own: PaperView[] = [];
  #next = 1;
  #jobs: PrintJobView[] = [];
  #started = new Map<string, number>();
  readonly #printers: PrinterView[];

  constructor(
    readonly failure: (code: ErrorView['code'], more?: Partial<ErrorView>) => unknown,
    readonly system: string | null,
  ) {
    const printer: PrinterView = {
      systemName: 'hp',
      name: 'HP Contabilidad',
      location: 'Contabilidad',
      isDefault: true,
      state: 'ready',
      stateReasons: [],
      takesJobs: true,
      trays: ['tray-1', 'tray-2', 'manual'],
      tray: null,
      printsBothSides: true,
      lacks: ['label-l7165'],
      front: { right: 30, down: -10 },
      back: { right: 0, down: 0 },
    };
    this.#printers = [
      printer,
      {
        ...printer,
        systemName: 'bro',
        name: 'Brother Recepción',
        location: '',
        isDefault: false,
        state: 'offline',
        stateReasons: ['offline-report', 'media-empty-error'],
        takesJobs: false,
        trays: [],
        printsBothSides: null,
        lacks: [],
        front: { right: 0, down: 0 },
      },
    ];
  }

  printers(): PrintersView {
    if (this.system === 'down') return { system: 'down', printers: [] };
    return { system: 'running', printers: this.system === 'none' ? [] : this.#printers.map((each) => ({ ...each })) };
  }

  papers(): PaperView[] {
    const offered = [
      folded,
      cut('letter-2-up', 215.9, 279.4, 1, 2),
      cut('letter-4-up', 215.9, 279.4, 2, 2),
      cut('letter-8-up', 215.9, 279.4, 2, 4),
      cut('a4-8-up', 210, 297, 2, 4),
      labels,
      ...this.#own,
    ];
    return offered.map((paper) => ({ ...paper, firstFreePlace: this.#started.get(paper.id) ?? 1 }));
  }

  startAt({ paper, place }: StartedSheet): void {
    this.#started.set(paper, place);
  }

  places(paper: string): number {
    return this.papers().find((each) => each.id === paper)?.places ?? 1;
  }

  check(form: OwnSheetForm): OwnSheetCheck {
    const problems: FieldProblem[] = [];
    const say = (field: FieldProblem['field'], code: FieldProblem['code'], params: Record<string, string> = {}) =>
      problems.push({ field, code, severity: 'error', params });
    if (form.sheetName.trim() === '') say('sheetName', 'missing');
    const value = Object.fromEntries(
      NUMBERS.map((name) => {
        const typed = form[name].trim().replace(',', '.');
        if (typed === '') say(name, 'missing');
        else if (!/^\d+(\.\d{1,3})?$/.test(typed))
          say(name, name === 'columns' || name === 'rows' ? 'count_form' : 'length_form');
        return [name, typed === '' ? NaN : Number(typed)];
      }),
    ) as Record<(typeof NUMBERS)[number], number>;
    if (Object.values(value).some(Number.isNaN)) return { problems, drawing: null };
    const end = value.leftEdge + (value.columns - 1) * value.pitchAcross + value.cellWidth;
    if (value.columns > 1 && value.pitchAcross < value.cellWidth)
      say('pitchAcross', 'inserts_overlap', { cell: form.cellWidth, pitch: form.pitchAcross });
    else if (end > value.sheetWidth) say('columns', 'leaves_sheet', { end: String(end), sheet: form.sheetWidth });
    return {
      problems,
      drawing: {
        width: mm(value.sheetWidth),
        height: mm(value.sheetHeight),
        cells: grid(
          Math.min(30, value.columns),
          Math.min(30, value.rows),
          [value.leftEdge, value.topEdge],
          [value.pitchAcross, value.pitchDown],
          [value.cellWidth, value.cellHeight],
        ),
        folds: [],
        punch: null,
        address: null,
        isCut: form.isCut,
      },
    };
  }

  save(form: OwnSheetForm): PaperView {
    const { problems, drawing } = this.check(form);
    if (problems.length > 0 || !drawing) throw this.failure('fields_need_mending', { fields: problems });
    const id = form.id ?? `own-${this.#next++}`;
    const paper: PaperView = {
      id,
      kind: form.isCut ? 'cut' : 'labels',
      own: { ...form, id },
      places: drawing.cells.length,
      firstFreePlace: 1,
      hasBacks: form.isCut,
      drawing,
    };
    this.#own = [...this.#own.filter((each) => each.id !== id), paper];
    return paper;
  }

  remove(id: string): null {
    this.#own = this.#own.filter((each) => each.id !== id);
    return null;
  }

  calibration(form: CalibrationForm): CalibrationCheck {
    const read = (field: 'measuredLeft' | 'measuredTop') => Number(form[field].trim().replace(',', '.') || NaN);
    const fields = (['measuredLeft', 'measuredTop'] as const).filter((field) => Number.isNaN(read(field)));
    const problems = fields.map((field): FieldProblem => ({
      field,
      code: form[field].trim() === '' ? 'missing' : 'length_form',
      severity: 'error',
      params: {},
    }));
    if (problems.length > 0) return { problems, shift: null };
    const shift = {
      right: form.applied.right + Math.round((20 - read('measuredLeft')) * 100),
      down: form.applied.down + Math.round((20 - read('measuredTop')) * 100),
    };
    return { problems, shift };
  }

  keep(form: CalibrationForm): PrintersView {
    const { shift, problems } = this.calibration(form);
    if (!shift) throw this.failure('fields_need_mending', { fields: problems });
    return this.#move(form.printer, form.side, shift);
  }

  forget(printer: string, side: SheetSide): PrintersView {
    return this.#move(printer, side, { right: 0, down: 0 });
  }

  #move(name: string, side: SheetSide, shift: { right: number; down: number }): PrintersView {
    const printer = this.#printers.find((each) => each.systemName === name);
    if (printer) printer[side] = shift;
    return this.printers();
  }

  /** A run of the fake shell stands still for want of paper, until somebody cancels it. */
  print(runNumber: string, printer: string): void {
    const at = new Date().toISOString();
    this.#jobs = [
      {
        id: String(this.#jobs.length + 1),
        runNumber,
        printer,
        state: 'stopped',
        words: ['media-empty-error'],
        sheetsDone: null,
        sentAt: at,
        seenAt: at,
      },
      ...this.#jobs,
    ];
  }

  jobs(): PrintJobView[] {
    return this.#jobs;
  }

  cancel(id: string): PrintJobView[] {
    this.#jobs = this.#jobs.map((job) => (job.id === id ? { ...job, state: 'cancelled', words: [] } : job));
    return this.#jobs;
  }

  testPage(printer: string, job: string): PrintJobView {
    const at = new Date().toISOString();
    return { id: job, runNumber: null, printer, state: 'done', words: [], sheetsDone: 1, sentAt: at, seenAt: at };
  }
}
