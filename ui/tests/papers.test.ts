// Papers: what is chosen goes into the request, a sheet of labels goes on where it was begun, and a job's end is said once.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type PaperView, type PrintJobView } from '../src/lib/backend';
import { formatShift, printerWords, trayName } from '../src/lib/i18n/papers';
import { PrintJobs } from '../src/lib/app/print-jobs.svelte';
import { work } from '../src/lib/app/work.svelte';
import { PrintPaper } from '../src/screens/print-room/print-paper.svelte';

const { changeSettings } = vi.hoisted(() => ({ changeSettings: vi.fn() }));
vi.mock('../src/lib/backend', () => ({ backend: { papers: vi.fn(), printJobs: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({ changeSettings }));

const drawing = { width: 1, height: 1, cells: [], folds: [], punch: null, address: null, isCut: false };
const labels: PaperView = {
  id: 'label-l7165',
  kind: 'labels',
  own: null,
  places: 8,
  firstFreePlace: 1,
  hasBacks: false,
  drawing,
};
const cut: PaperView = { ...labels, id: 'a4-8-up', kind: 'cut', hasBacks: true };

beforeEach(() => {
  vi.mocked(backend.papers).mockReset().mockResolvedValue([labels, cut]);
  changeSettings.mockReset().mockResolvedValue(undefined);
});

describe('the paper of a run', () => {
  const kept = () =>
    changeSettings.mock.calls.map(([change]) => change).filter((each) => each.setting === 'started_sheet');

  it('goes on where the desk says that its sheet was begun, also after a run and in another window', async () => {
    vi.mocked(backend.papers).mockResolvedValue([{ ...labels, firstFreePlace: 4 }, cut]);
    const paper = new PrintPaper();
    await paper.load('label-l7165');
    expect(paper.wire()).toEqual({ paper: 'label-l7165', startPlace: 4, withBacks: false });
    vi.mocked(backend.papers).mockResolvedValue([{ ...labels, firstFreePlace: 2 }, cut]);
    await paper.refresh();
    expect(paper.startPlace).toBe(2);
    expect(kept()).toEqual([]);
  });

  it('keeps what is said about the sheet in the hand, for this paper and not for another', async () => {
    const paper = new PrintPaper();
    await paper.load('label-l7165');
    paper.startAt(6);
    expect(paper.startPlace).toBe(6);
    await paper.choose('a4-8-up');
    expect(paper.startPlace).toBe(1);
    await paper.choose('label-l7165');
    expect(paper.startPlace).toBe(6);
    expect(kept()).toEqual([{ setting: 'started_sheet', value: { paper: 'label-l7165', place: 6 } }]);
  });

  it('keeps the label at which the keys came to rest, and is not taken back by an older answer', async () => {
    const paper = new PrintPaper();
    await paper.load('label-l7165');
    let answer = () => {};
    changeSettings.mockImplementationOnce(() => new Promise<void>((resolve) => (answer = resolve)));
    for (const place of [2, 3, 4, 5]) paper.startAt(place);
    const again = paper.refresh();
    vi.mocked(backend.papers).mockImplementation(() =>
      Promise.resolve([{ ...labels, firstFreePlace: kept().at(-1)?.value.place ?? 1 }, cut]),
    );
    answer();
    await again;
    expect(kept().map(({ value }) => value.place)).toEqual([2, 5]);
    expect(paper.startPlace).toBe(5);
  });

  it('starts only labels later, and prints backs only where a paper has them', async () => {
    const paper = new PrintPaper();
    await paper.load('a4-8-up');
    paper.startAt(3);
    paper.withBacks = true;
    expect(paper.wire()).toEqual({ paper: 'a4-8-up', startPlace: 1, withBacks: true });
    expect(kept()).toEqual([]);
    await paper.choose('label-l7165');
    expect(paper.wire().withBacks).toBe(false);
  });

  it('gives way to the first where it is not on offer any more', async () => {
    const paper = new PrintPaper();
    await paper.load('own-7');
    expect(paper.id).toBe('label-l7165');
  });
});

describe('a job with a printer', () => {
  const job: PrintJobView = {
    id: '1',
    runNumber: '0043',
    printer: 'hp',
    state: 'stopped',
    words: ['media-empty-error'],
    sheetsDone: null,
    sentAt: '',
    seenAt: '',
  };

  it('is said when it changes, and stays in sight until its bad end was read', async () => {
    const jobs = new PrintJobs();
    vi.mocked(backend.printJobs).mockResolvedValueOnce([job]);
    await jobs.look();
    expect([jobs.hasOpen, work.ended]).toEqual([true, undefined]);
    vi.mocked(backend.printJobs).mockResolvedValueOnce([{ ...job, state: 'cancelled', words: [] }]);
    await jobs.look();
    expect(work.ended?.good).toBe(false);
    expect(work.ended?.text()).toContain('0043');
    expect([jobs.hasOpen, jobs.shown.length]).toEqual([false, 1]);
    expect(jobs.lost).toBe(1);
    jobs.dismiss(jobs.all[0] as PrintJobView);
    expect(jobs.shown).toEqual([]);
  });

  it('keeps what was last known while nobody answers', async () => {
    const jobs = new PrintJobs();
    vi.mocked(backend.printJobs).mockResolvedValueOnce([job]).mockRejectedValueOnce(new Error('down'));
    await jobs.look();
    await jobs.look();
    expect(jobs.all).toEqual([job]);
  });
});

describe('the words of printers', () => {
  it('say a shift with its sign and no zeros at the end', () => {
    expect([30, -15, 0, 100, 205].map(formatShift)).toEqual(['+0.3', '−0.15', '0', '+1', '+2.05']);
  });

  it('are said as people say them, once, and left as they are where nobody knows them', () => {
    expect(printerWords(['media-empty-error', 'media-needed', 'Bandeja vacía']).length).toBe(2);
    expect(printerWords(['Bandeja vacía'])).toEqual(['Bandeja vacía']);
    expect(trayName('tray-2')).toContain('2');
    expect(trayName('rotary')).toBe('rotary');
  });
});
