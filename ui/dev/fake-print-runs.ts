// The print room's runs, from memory: a long run takes its time, the others are there already.

import type {
  CardSummary,
  DraftRunView,
  EmbosserOrder,
  EmbosserSource,
  ErrorView,
  HappeningView,
  PagesAgain,
  PagesAgainForm,
  PreviewPage,
  PrintingView,
  PrintRequest,
  PrintRunView,
  QueueRow,
  RunDetail,
  RunInsertRow,
  RunRow,
  RunsView,
} from '../src/lib/backend/bindings';
import { pick } from './fake-people';

interface Somebody {
  cardholderId: string;
  displayName: string;
  cards: Array<{ summary: CardSummary }>;
}

type Failure = (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;

const PAGES_A_SECOND = 400;
const TICK_MS = 100;
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const numbered = (number: number) => String(number).padStart(4, '0');

function voiding(serial: string, reason: string, minutes: number): HappeningView {
  return {
    number: '1',
    at: ago(minutes),
    operator: 'Luz Marina Xicará',
    action: 'insert_voided',
    result: 'done',
    cardId: null,
    reference: null,
    serial,
    detail: reason,
    note: null,
    sides: null,
    corrects: null,
    makesAgain: null,
    settledAs: null,
    sentTo: null,
  };
}

/** A white page with something like a code on it. */
export function fakePage(page: number, pages: number, inserts: number): PreviewPage {
  const canvas = document.createElement('canvas');
  canvas.width = 850;
  canvas.height = 1100;
  const context = canvas.getContext('2d');
  if (context) {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 850, 1100);
    context.fillStyle = '#000';
    context.font = '600 34px Inter';
    context.fillText(`Hola. (${page})`, 90, 190);
    for (let at = 0; at < 45 * 45; at += 1) {
      if (pick(at + page, 2) === 0) context.fillRect(90 + (at % 45) * 4, 240 + Math.floor(at / 45) * 4, 4, 4);
    }
  }
  return {
    id: 'preview',
    pngBase64: canvas.toDataURL('image/png').split(',')[1] ?? '',
    page,
    pages,
    inserts,
    moduleMicrometres: 508,
    codeMicrometres: 26_924,
    codesVerified: 16,
    runNumber: '0043',
    reprints: 0,
  };
}

export class FakePrintRuns {
  printing: PrintingView | null = null;
  #next = 43;
  #runs: RunRow[] = [];
  #drafts: DraftRunView[] = [];
  readonly #inserts = new Map<string, RunInsertRow[]>();
  readonly #voidings = new Map<string, HappeningView>();
  readonly #again = new Map<string, RunDetail['pageReprints']>();

  constructor(
    readonly people: () => Somebody[],
    readonly failure: Failure,
    hasDrafts: boolean,
  ) {
    const sizes = [300, 14, 1, 8, 2_500];
    for (const [index, inserts] of sizes.entries()) {
      const number = numbered(42 - index);
      const toPrinter = index % 2 === 1;
      this.#runs.push({
        number,
        state: index === 3 ? 'discarded' : 'finished',
        inserts,
        pages: index === 3 ? null : Math.ceil(inserts / 8),
        endedAt: ago(60 * 24 * index + 40),
        operator: index === 2 ? 'Luz Marina Xicará' : 'Ana Lucía de León',
        sentTo: index === 3 ? null : toPrinter ? 'printer' : 'file',
        path: toPrinter || index === 3 ? null : `/home/operador/Documentos/Cardesk/Insertos ${number} (${inserts}).pdf`,
        printer: toPrinter && index !== 3 ? 'HP Contabilidad' : null,
      });
    }
    if (hasDrafts) {
      const draft = { inserts: 300, begunAt: ago(12), operator: 'Ana Lucía de León', jobEnded: null, voided: 0 };
      this.#drafts = [
        { ...draft, number: '0043', destination: 'file', destinationName: '/home/operador', mayBeOnPaper: false },
        { ...draft, number: '0044', destination: 'printer', destinationName: 'HP Contabilidad', mayBeOnPaper: true },
        {
          ...draft,
          number: '0045',
          destination: 'printer',
          destinationName: 'HP Contabilidad',
          mayBeOnPaper: true,
          jobEnded: 'cancelled',
          voided: 4,
        },
      ];
      this.#next = 46;
    }
  }

  get nextNumber(): string {
    return numbered(this.#next);
  }

  view(): RunsView {
    return { printing: this.printing, drafts: [...this.#drafts], runs: [...this.#runs] };
  }

  async make(request: PrintRequest, printer: string | null, pages: number): Promise<PrintRunView> {
    const number = this.nextNumber;
    this.#next += 1;
    return this.#made(number, request.items.length, pages, printer);
  }

  async #made(number: string, inserts: number, pages: number, printer: string | null): Promise<PrintRunView> {
    if (this.printing) throw this.failure('run_under_way');
    this.printing = {
      number,
      phase: 'making',
      inserts,
      pagesDone: 0,
      pages,
      pagesASecond: null,
      secondsLeft: null,
      isCancelled: false,
    };
    const row: RunRow = {
      number,
      state: 'finished',
      inserts,
      pages,
      endedAt: ago(0),
      operator: 'Ana Lucía de León',
      sentTo: printer ? 'printer' : 'file',
      path: printer ? null : `/home/operador/Documentos/Cardesk/Insertos ${number} (${inserts}).pdf`,
      printer,
    };
    for (let done = 0; done < pages; done += (PAGES_A_SECOND * TICK_MS) / 1000) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      if (this.printing.isCancelled) {
        this.printing = null;
        this.#runs.unshift({ ...row, state: 'discarded', pages: null, sentTo: null, path: null, printer: null });
        throw this.failure('run_cancelled');
      }
      const left = Math.ceil((pages - done) / PAGES_A_SECOND);
      this.printing = { ...this.printing, pagesDone: done, pagesASecond: PAGES_A_SECOND, secondsLeft: left };
    }
    this.printing = null;
    this.#runs.unshift(row);
    return {
      number,
      inserts,
      pages,
      codesVerified: inserts * 2,
      sentTo: printer ? 'printer' : 'file',
      path: row.path,
      printer,
      jobState: printer ? 'done' : null,
      finishedAt: ago(0),
      firstSerial: `${number}-001`,
      lastSerial: `${number}-${String(inserts).padStart(3, '0')}`,
    };
  }

  cancel(): PrintingView | null {
    if (this.printing) this.printing = { ...this.printing, isCancelled: true };
    return this.printing;
  }

  detail(number: string): RunDetail {
    const run = this.#run(number);
    const jobState = run.printer ? (number === '0039' ? 'cancelled' : 'done') : null;
    return { run, inserts: this.#insertsOf(run), pageReprints: this.#again.get(number) ?? [], jobState };
  }

  page(number: string, page: number): PreviewPage {
    const run = this.#run(number);
    return { ...fakePage(page, run.pages ?? 1, run.inserts), runNumber: number };
  }

  async makeDraft(number: string): Promise<PrintRunView> {
    const draft = this.#drafts.find((each) => each.number === number);
    if (!draft) throw this.failure('run_ended', { params: { number } });
    const made = await this.#made(
      number,
      draft.inserts,
      Math.ceil(draft.inserts / 8),
      draft.destination === 'printer' ? draft.destinationName : null,
    );
    this.#end(number);
    return made;
  }

  discardDraft(number: string): RunsView {
    this.#end(number);
    return this.view();
  }

  countDraft(number: string): RunsView {
    this.#end(number);
    return this.view();
  }

  pagesAgain({ number, pages, reason, printer }: PagesAgainForm): PagesAgain {
    const problem = (field: 'pages' | 'reason', code: 'missing' | 'pages_form') =>
      this.failure('fields_need_mending', { field, fields: [{ field, code, severity: 'error', params: {} }] });
    if (pages.trim() === '') throw problem('pages', 'missing');
    if (!/^[\d\s,-]+$/.test(pages)) throw problem('pages', 'pages_form');
    if (reason.trim() === '') throw problem('reason', 'missing');
    const path = printer ? null : `/home/operador/Documentos/Cardesk/Insertos ${number}, páginas ${pages}.pdf`;
    const sentTo = printer ? 'printer' : 'file';
    const before = this.#again.get(number) ?? [];
    this.#again.set(number, [
      ...before,
      { at: ago(0), operator: 'Ana Lucía de León', pages, reason, sentTo, path, printer },
    ]);
    return { number, pages, pageCount: pages.split(',').length, path, printer };
  }

  voidInsert(serial: string, reason: string): null {
    if (reason.trim() === '')
      throw this.failure('fields_need_mending', {
        field: 'reason',
        fields: [{ field: 'reason', code: 'missing', severity: 'error', params: {} }],
      });
    this.#voidings.set(serial, voiding(serial, reason, 0));
    const number = serial.split('-')[0] ?? '';
    const inserts = this.#insertsOf(this.#run(number));
    this.#inserts.set(
      number,
      inserts.map((each) => (each.serial === serial ? { ...each, state: 'voided', voidReason: reason } : each)),
    );
    return null;
  }

  /** What the record says of an insert that was voided; it is asked for by its serial. */
  voidingOf(text: string): HappeningView | undefined {
    return this.#voidings.get(text) ?? (/^\d{4}-005$/.test(text) ? voiding(text, 'Se mojó', 90) : undefined);
  }

  /** Every row that ends in four digits of the queue is followed, in its order. */
  embosserOrder(source: EmbosserSource, queue: QueueRow[]): EmbosserOrder {
    const text = source.kind === 'pasted' ? source.text : atob(source.base64);
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (!/tarjeta|pan|card|4/i.test(lines[0] ?? '')) throw this.failure('embosser_columns_missing');
    const order: EmbosserOrder = { rows: lines.length - 1, cardIds: [], faults: [] };
    const places = new Map<string, number>();
    for (const [index, shown] of lines.slice(1).entries()) {
      const line = index + 2;
      const found = queue.find((row) => shown.includes(row.lastFour));
      const before = found && places.get(found.cardId);
      if (!found) order.faults.push({ line, problem: 'unknown', text: shown, detail: null });
      else if (before !== undefined)
        order.faults.push({ line, problem: 'repeated', text: shown, detail: String(before) });
      else {
        places.set(found.cardId, line);
        order.cardIds.push(found.cardId);
      }
    }
    return order;
  }

  #end(number: string): void {
    this.#drafts = this.#drafts.filter((each) => each.number !== number);
  }

  #run(number: string): RunRow {
    const run = this.#runs.find((each) => each.number === number);
    if (!run) throw this.failure('run_not_found', { params: { number } });
    return run;
  }

  #insertsOf(run: RunRow): RunInsertRow[] {
    const kept = this.#inserts.get(run.number);
    if (kept) return kept;
    const people = this.people();
    const made = Array.from({ length: run.inserts }, (_, index): RunInsertRow => {
      const somebody = people[index % people.length];
      const card = somebody?.cards[0]?.summary;
      return {
        serial: `${run.number}-${String(index + 1).padStart(3, '0')}`,
        page: Math.floor(index / 8) + 1,
        cardholderId: somebody?.cardholderId ?? '',
        cardId: card?.cardId ?? null,
        displayName: somebody?.displayName ?? '',
        lastFour: card?.lastFour ?? '4417',
        state: index === 4 || index === 5 ? 'voided' : 'printed',
        voidReason: index === 4 ? 'Se mojó' : null,
        replacedBy: index === 5 ? `${String(Number(run.number) + 1).padStart(4, '0')}-001` : null,
      };
    });
    this.#inserts.set(run.number, made);
    return made;
  }
}
