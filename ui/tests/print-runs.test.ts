// The print room promises: a run is followed and can be cancelled, an interrupted one is on offer, spoilt pages come again,
// and a page is turned without naming every insert again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  EmbosserOrder,
  PreviewPage,
  PrintingView,
  PrintRunView,
  QueueRow,
  RunDetail,
  RunRow,
} from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { work } from '../src/lib/app/work.svelte';
import { PrintRoom } from '../src/screens/print-room/print-room.svelte';
import { PrintRuns } from '../src/screens/print-room/print-runs.svelte';
import { QueueFind } from '../src/screens/print-room/queue-find';

vi.mock('../src/lib/backend', () => ({
  backend: {
    insertQueue: vi.fn(),
    previewInserts: vi.fn(),
    previewPage: vi.fn(),
    previewCheck: vi.fn(),
    previewRun: vi.fn(),
    saveInserts: vi.fn(),
    printing: vi.fn(),
    cancelPrinting: vi.fn(),
    makeDraft: vi.fn(),
    printRuns: vi.fn(),
    printRun: vi.fn(),
    printPagesAgain: vi.fn(),
    voidInsert: vi.fn(),
    changeSettings: vi.fn(),
  },
}));
const asked = vi.mocked(backend);

const row = (index: number, more: Partial<QueueRow> = {}): QueueRow => ({
  cardholderId: `c-${index}`,
  cardId: String(index),
  displayName: `Persona ${index}`,
  lastFour: String(index).padStart(4, '0'),
  issuedAt: null,
  reason: 'first',
  voidedSerial: null,
  serial: null,
  printedAt: null,
  ...more,
});
const page = (id: string, number: number) => ({ id, page: number, pages: 9 }) as PreviewPage;
const printing = (more: Partial<PrintingView> = {}): PrintingView => ({
  number: '0043',
  phase: 'making',
  inserts: 10_000,
  pagesDone: 400,
  pages: 1_250,
  pagesASecond: 800,
  secondsLeft: 2,
  isCancelled: false,
  ...more,
});
const failure = (code: ConstructorParameters<typeof BackendError>[0]['code'], field?: 'pages') =>
  new BackendError({
    code,
    message: null,
    params: {},
    field: field ?? null,
    fields: field ? [{ field, code: 'pages_form', severity: 'error', params: {} }] : [],
    retryable: false,
    reference: null,
  });
const made = { number: '0043', inserts: 2 } as PrintRunView;

beforeEach(() => {
  vi.resetAllMocks();
  asked.insertQueue.mockResolvedValue([row(1), row(2), row(3)]);
  asked.printing.mockResolvedValue(null);
});
afterEach(() => vi.useRealTimers());

describe('the preview', () => {
  it('turns a page by its id, and names the inserts again only for another choice', async () => {
    asked.previewInserts.mockImplementation((_, number) => Promise.resolve(page('a', number)));
    asked.previewPage.mockImplementation((id, number) => Promise.resolve(page(id, number)));
    asked.previewCheck.mockResolvedValue({ isDone: true, pagesDone: 9, pages: 9, codesVerified: 6, fault: null });
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    await room.showPage();
    await room.turnTo(7);
    expect(asked.previewInserts).toHaveBeenCalledTimes(1);
    expect(asked.previewPage).toHaveBeenLastCalledWith('a', 7);
    expect([room.page, room.check?.codesVerified]).toEqual([7, 6]);
    room.choose([0]);
    await room.showPage();
    expect(asked.previewInserts).toHaveBeenCalledTimes(2);
  });

  it('is opened again where another one has taken its place', async () => {
    asked.previewInserts.mockResolvedValueOnce(page('a', 1)).mockResolvedValueOnce(page('b', 3));
    asked.previewPage.mockRejectedValue(failure('preview_gone'));
    asked.previewCheck.mockRejectedValue(failure('preview_gone'));
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    await room.showPage();
    await room.turnTo(3);
    expect([room.preview.value?.id, room.preview.error, room.page]).toEqual(['b', undefined, 3]);
  });
});

describe('the check of a preview that went while it is on show', () => {
  const done = { isDone: true, pagesDone: 9, pages: 9, codesVerified: 6, fault: null };
  const shown = async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    await room.showPage();
    return room;
  };
  beforeEach(() => {
    let opened = 0;
    asked.previewInserts.mockImplementation((_, number) => Promise.resolve(page('abcdef'[opened++] ?? '', number)));
    asked.previewPage.mockRejectedValue(failure('preview_gone'));
  });

  it('opens it again, and goes on with that', async () => {
    asked.previewCheck.mockImplementation((id) =>
      id === 'a' ? Promise.reject(failure('preview_gone')) : Promise.resolve(done),
    );
    const room = await shown();
    await vi.waitFor(() => expect(room.check).toEqual(done));
    expect([room.preview.value?.id, room.preview.error]).toEqual(['b', undefined]);
  });

  it('opens it no second time, and not for any other failure', async () => {
    vi.useFakeTimers();
    asked.previewCheck.mockRejectedValue(failure('preview_gone'));
    const room = await shown();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([asked.previewInserts.mock.calls.length, room.preview.value?.id]).toEqual([2, 'b']);
    asked.previewCheck.mockRejectedValue(failure('internal'));
    await shown();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked.previewInserts).toHaveBeenCalledTimes(3);
  });

  it('opens nothing where another profile was entered meanwhile', async () => {
    let fail: (thrown: unknown) => void = () => undefined;
    asked.previewCheck.mockReturnValue(new Promise((_, reject) => (fail = reject)));
    const room = await shown();
    room.clear();
    fail(failure('preview_gone'));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(asked.previewInserts).toHaveBeenCalledTimes(1);
  });
});

describe('a run on its way', () => {
  it('is followed in the bar, is cancelled there, and is gone from it when it ends', async () => {
    vi.useFakeTimers();
    let end: (run: PrintRunView) => void = () => undefined;
    asked.saveInserts.mockReturnValue(new Promise((resolve) => (end = resolve)));
    asked.printing.mockResolvedValue(printing());
    asked.cancelPrinting.mockResolvedValue(printing({ isCancelled: true }));
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    const run = room.make('file');
    await vi.advanceTimersByTimeAsync(300);
    const shown = work.running[0];
    expect([shown?.done, shown?.total, shown?.secondsLeft, room.underWay.value?.pagesASecond]).toEqual([
      400, 1_250, 2, 800,
    ]);
    shown?.cancel?.();
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.cancelPrinting).toHaveBeenCalledTimes(1);
    asked.printing.mockResolvedValue(printing({ isCancelled: true }));
    await vi.advanceTimersByTimeAsync(300);
    expect(work.running[0]?.cancel).toBeUndefined();
    end(made);
    await expect(run).resolves.toBe(made);
    expect([work.running.length, room.underWay.value, room.making]).toEqual([0, null, null]);
  });

  it('tells why it came to nothing, and leaves what was chosen', async () => {
    asked.saveInserts.mockRejectedValue(failure('disk_full'));
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    await expect(room.make('file')).resolves.toBeUndefined();
    expect([room.runError?.code, room.chosen.length, work.running.length]).toEqual(['disk_full', 3, 0]);
  });

  it('is followed again after the page was loaded again', async () => {
    asked.printing.mockResolvedValueOnce(printing()).mockResolvedValueOnce(printing()).mockResolvedValue(null);
    const room = new PrintRoom();
    await expect(room.resume()).resolves.toBe(true);
    await expect(room.resume()).resolves.toBe(false);
    expect(room.making).toBeNull();
  });
});

describe('the queue', () => {
  it('is found by name, last four and run, without accents, and by the day of issue', () => {
    const find = new QueueFind([
      row(1, { displayName: 'Ramírez Núñez, María José', issuedAt: '2026-11-20T18:00:00Z' }),
      row(417, { displayName: 'Choc Caal, Byron', issuedAt: '2026-11-24T18:00:00Z', serial: '0042-017' }),
    ]);
    const cards = (text: string, since = '') => find.matching({ text, since }).map((each) => each.cardId);
    expect(cards('')).toEqual(['1', '417']);
    expect(cards('nunez mar')).toEqual(['1']);
    expect(cards('0417')).toEqual(['417']);
    expect(cards('0042')).toEqual(['417']);
    expect(cards('íre')).toEqual([]);
    expect(cards('', '2026-11-23')).toEqual(['417']);
  });

  it('follows what a printer gave up, and whoever was chosen stays so', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    room.choose([1, 2]);
    asked.insertQueue.mockResolvedValue([row(9), row(1), row(2), row(3)]);
    await room.refreshQueue();
    expect(room.rows.map(({ cardId }) => cardId)).toEqual(['9', '1', '2', '3']);
    expect(room.chosen.map(({ cardId }) => cardId)).toEqual(['2', '3']);
  });

  it('keeps the place of the keyboard when it is asked for again with nobody chosen', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.position = { active: 1, anchor: 1, selected: new Set() };
    asked.insertQueue.mockResolvedValue([row(9), row(1), row(2), row(3)]);
    await room.refreshQueue();
    expect([room.position.active, room.rows[room.position.active]?.cardId]).toEqual([2, '2']);
    expect(room.chosen).toEqual([]);
    // The one that it was on was printed.
    asked.insertQueue.mockResolvedValue([row(9), row(1)]);
    await room.refreshQueue();
    expect([room.position.active, room.chosen.length]).toEqual([1, 0]);
  });

  it('prints nobody who is out of sight', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    room.find({ text: '0002' });
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['2']);
    room.find({ text: '' });
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['2']);
  });

  it("follows the embosser's box: its cards in its order, and no other", async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    const box: EmbosserOrder = { rows: 3, cardIds: ['3', '1', '77'], faults: [] };
    room.followBox(box);
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['3', '1']);
    expect(room.notInBox).toBe(1);
    room.leaveBox();
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['1', '3']);
    room.followBox(box);
    room.sort('name');
    expect([room.box, room.rows.length]).toEqual([undefined, 3]);
  });
});

describe('the runs', () => {
  const run = (number: string): RunRow => ({
    number,
    state: 'finished',
    inserts: 20,
    pages: 3,
    endedAt: '2026-11-24T18:00:00Z',
    operator: 'Ana',
    sentTo: 'file',
    path: '/x/a.pdf',
    printer: null,
  });
  const detail = (number: string): RunDetail => ({
    run: run(number),
    inserts: [1, 2].map((index) => ({
      serial: `${number}-00${index}`,
      page: index,
      cardholderId: `c-${index}`,
      cardId: String(index),
      displayName: `Persona ${index}`,
      lastFour: '0000',
      state: 'printed',
      voidReason: null,
      replacedBy: null,
    })),
    pageReprints: [],
    jobState: null,
  });
  const at = (active: number) => ({ active, anchor: active, selected: new Set([active]) });

  beforeEach(() => {
    asked.printRuns.mockResolvedValue({ printing: null, drafts: [], runs: [run('0043'), run('0042')] });
    asked.printRun.mockImplementation((number) => Promise.resolve(detail(number)));
    asked.previewRun.mockImplementation((number, wanted) => Promise.resolve(page(number, wanted)));
  });

  it('stay at the run that is looked at when newer ones come', async () => {
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(1));
    expect([runs.number, runs.preview.value?.page]).toEqual(['0042', 1]);
    asked.printRuns.mockResolvedValue({ printing: null, drafts: [], runs: [run('0044'), run('0043'), run('0042')] });
    await runs.refresh();
    expect([runs.number, runs.position.active]).toEqual(['0042', 2]);
  });

  it('show an insert on its page', async () => {
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(0));
    runs.showsInserts = true;
    await runs.moveToInsert(at(1));
    expect(asked.previewRun).toHaveBeenLastCalledWith('0043', 2);
  });

  it('print pages again once, and keep what was typed where that is refused', async () => {
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(0));
    [runs.pages, runs.reason] = ['x', 'atasco'];
    asked.printPagesAgain.mockRejectedValueOnce(failure('fields_need_mending', 'pages'));
    await expect(runs.printAgain('hp')).resolves.toBeUndefined();
    expect([runs.problem('pages')?.code, runs.pages, runs.reason]).toEqual(['pages_form', 'x', 'atasco']);
    runs.pages = '2';
    asked.printPagesAgain.mockResolvedValue({ number: '0043', pages: '2', pageCount: 1, path: null, printer: 'hp' });
    await Promise.all([runs.printAgain('hp'), runs.printAgain('hp')]);
    expect(asked.printPagesAgain).toHaveBeenCalledTimes(2);
    expect(asked.printPagesAgain).toHaveBeenLastCalledWith({
      number: '0043',
      pages: '2',
      reason: 'atasco',
      printer: 'hp',
    });
    expect([runs.pages, runs.reason]).toEqual(['', '']);
  });

  it('void the insert that is looked at, with its reason', async () => {
    asked.voidInsert.mockResolvedValue(null);
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(0));
    await expect(runs.voidInsert()).resolves.toBe(false);
    runs.showsInserts = true;
    await runs.moveToInsert(at(1));
    runs.reason = 'se mojó';
    await expect(runs.voidInsert()).resolves.toBe(true);
    expect(asked.voidInsert).toHaveBeenCalledExactlyOnceWith('0043-002', 'se mojó');
  });

  const withVoided = (number: string): RunDetail => {
    const { inserts, ...rest } = detail(number);
    return {
      ...rest,
      inserts: inserts.map((insert, index) =>
        index === 1 ? { ...insert, state: 'voided', replacedBy: '0044-001' } : insert,
      ),
    };
  };

  it('read the one that is looked at again with the list, and stay at its insert', async () => {
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(0));
    runs.showsInserts = true;
    runs.sortInserts('state');
    await runs.moveToInsert(at(1));
    expect([runs.insert?.serial, runs.insert?.state]).toEqual(['0043-002', 'printed']);
    asked.printRun.mockImplementation((number) => Promise.resolve(withVoided(number)));
    runs.sortInserts('state');
    const { serial } = runs.insert ?? {};
    await runs.refresh();
    expect([serial, runs.insert?.serial, runs.insert?.state]).toEqual(['0043-002', '0043-002', 'voided']);
  });

  it('leave whoever went to another one meanwhile at that', async () => {
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(0));
    const refreshed = runs.refresh();
    const opened = runs.open(at(1));
    await Promise.all([refreshed, opened]);
    expect([runs.number, runs.detail.value?.run.number]).toEqual(['0042', '0042']);
  });

  it('forget one that is gone', async () => {
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(0));
    asked.printRuns.mockResolvedValue({ printing: null, drafts: [], runs: [run('0042')] });
    await runs.refresh();
    expect([runs.number, runs.detail.value, runs.position.active]).toEqual([undefined, undefined, -1]);
  });

  it('read one again whose insert turns out to be voided already, and say so', async () => {
    const runs = new PrintRuns();
    await runs.refresh();
    await runs.open(at(0));
    runs.showsInserts = true;
    await runs.moveToInsert(at(1));
    runs.reason = 'se mojó';
    asked.voidInsert.mockRejectedValue(failure('insert_not_valid'));
    asked.printRun.mockImplementation((number) => Promise.resolve(withVoided(number)));
    await expect(runs.voidInsert()).resolves.toBe(false);
    expect([runs.insert?.state, runs.error?.code, runs.reason]).toEqual(['voided', 'insert_not_valid', '']);
  });
});

it('shows a run’s inserts without scrolling sideways in a window of 1280 pixels', () => {
  const { insertColumns } = new PrintRuns();
  // What the list has there, less a scrollbar that takes room of its own.
  insertColumns.available = 441 - 15;
  expect(insertColumns.shown.map(({ name }) => name)).toEqual(['serial', 'name', 'last_four', 'state']);
  expect(insertColumns.minWidth).toBeLessThanOrEqual(insertColumns.available);
});
