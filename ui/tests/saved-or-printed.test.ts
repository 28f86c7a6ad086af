// What was saved into a file is never told as printed: in the record, in what a run came to, and in what came of its pages.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { work } from '../src/lib/app/work.svelte';
import {
  backend,
  type CardholderView,
  type HappeningView,
  type InsertView,
  type PrintersView,
  type PrinterView,
  type RunRow,
  type SentTo,
} from '../src/lib/backend';
import Cardholder from '../src/screens/cardholders/Cardholder.svelte';
import HappeningLine from '../src/screens/happenings/HappeningLine.svelte';
import { printPrinter } from '../src/screens/print-room/print-printer.svelte';
import { printRuns } from '../src/screens/print-room/print-runs.svelte';
import RunPanel from '../src/screens/print-room/RunPanel.svelte';
import { runDone } from '../src/screens/print-room/run-table';

vi.mock('../src/lib/backend', () => ({
  backend: {
    printRuns: vi.fn(),
    printRun: vi.fn(),
    previewRun: vi.fn(),
    printing: vi.fn(() => Promise.resolve(null)),
    printPagesAgain: vi.fn(),
    cardholder: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  sessionIsOpen: () => false,
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' }, settings: {} }),
  refreshSession: () => Promise.resolve(),
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({
  directory: { refresh: () => Promise.resolve(), follow: () => Promise.resolve() },
}));

const happening = (sentTo: SentTo | null) =>
  ({
    number: '1',
    at: '2026-11-24T16:00:00Z',
    operator: 'ana',
    action: 'insert_printed',
    result: 'done',
    serial: '0042-017',
    sentTo,
  }) as HappeningView;

let mounted: Array<ReturnType<typeof mount>> = [];
afterEach(async () => {
  await Promise.all(mounted.map((each) => unmount(each)));
  mounted = [];
  printRuns.clear();
  printPrinter.printers.clear();
  printPrinter.name = '';
});

function lines(...shown: HappeningView[]): void {
  document.body.innerHTML = '<ol id="here"></ol>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = shown.map((each) =>
    mount(HappeningLine, { target, props: { happening: each, digits: '4417', showsCard: true } }),
  );
  flushSync();
}
const told = () => [...document.querySelectorAll('li .what > span:first-child')].map((each) => each.textContent);

describe('an insert in the record', () => {
  it('is told as saved or as printed, and in words that hold for both where that is not known', () => {
    lines(happening('file'), happening('printer'), happening(null));
    expect(told()).toEqual(['Inserto guardado como PDF', 'Inserto impreso', 'Inserto impreso o guardado']);
  });

  it('is told as what became of it where it was not made', () => {
    lines({ ...happening(null), action: 'insert_voided' });
    expect(told()).toEqual(['Inserto anulado']);
  });
});

describe('a run', () => {
  it('that was saved is told as that, and one for a printer as sent to it', () => {
    expect(runDone({ number: '0043', inserts: 1, sentTo: 'file' })).toBe('Tiraje 0043: 1 inserto guardado como PDF');
    expect(runDone({ number: '0043', inserts: 3, sentTo: 'printer' })).toBe(
      'Tiraje 0043: 3 insertos enviados a la impresora',
    );
  });
});

describe('pages that were made again', () => {
  const run = { number: '0042', state: 'finished', inserts: 20, pages: 3, operator: 'ana', sentTo: 'file' } as RunRow;

  /** What the lower edge says after the button with this id was pressed. */
  async function saidAfter(button: string, pages: string, path: string | null): Promise<string | undefined> {
    vi.mocked(backend.printRuns).mockResolvedValue({ printing: null, drafts: [], runs: [run] });
    vi.mocked(backend.printRun).mockResolvedValue({ run, inserts: [], pageReprints: [], jobState: null });
    vi.mocked(backend.previewRun).mockRejectedValue(new Error('not drawn here'));
    const pageCount = pages.split(',').length;
    const printer = path === null ? 'hp' : null;
    vi.mocked(backend.printPagesAgain)
      .mockReset()
      .mockResolvedValue({ number: '0042', pages, pageCount, path, printer });
    await printRuns.refresh();
    await printRuns.open({ active: 0, anchor: 0, selected: new Set([0]) });
    document.body.innerHTML = '<div id="here"></div>';
    mounted = [mount(RunPanel, { target: document.getElementById('here') as HTMLElement })];
    flushSync();
    work.say(() => '');
    document.getElementById(button)?.click();
    await vi.waitFor(() => expect(work.ended?.text()).toContain('0042'));
    expect(vi.mocked(backend.printPagesAgain).mock.calls[0]?.[0].printer).toBe(printer);
    return work.ended?.text();
  }

  it.each([
    ['2', 'Tiraje 0042: página 2 guardada otra vez como PDF'],
    ['2, 5', 'Tiraje 0042: páginas 2, 5 guardadas otra vez como PDF'],
  ])('into a file are told as saved: %s', async (pages, words) => {
    expect(await saidAfter('pages-save', pages, '/x/a.pdf')).toBe(words);
    expect(work.ended?.file).toBe('/x/a.pdf');
  });

  it('for a printer are told as sent to it', async () => {
    const hp = { systemName: 'hp', name: 'HP LaserJet' } as PrinterView;
    printPrinter.printers.value = { printers: [hp] } as PrintersView;
    printPrinter.name = 'hp';
    expect(await saidAfter('pages-print', '2', null)).toBe('Tiraje 0042: página 2 enviada otra vez a la impresora');
    expect(work.ended?.file).toBeUndefined();
  });
});

it('the inserts of a cardholder are told as saved or as printed, and as neither where that is not known', async () => {
  const insert = (serial: string, sentTo: SentTo | null): InsertView => ({
    serial,
    cardId: '7',
    lastFour: '4417',
    state: 'printed',
    voidReason: null,
    printedAt: '2026-11-24T16:00:00Z',
    sentTo,
    operator: 'ana',
  });
  vi.mocked(backend.cardholder).mockResolvedValue({
    profile: { displayName: 'Ana', documentType: null, documentNumber: null, phoneNumber: null },
    cards: [],
    inserts: [insert('0042-001', 'file'), insert('0042-002', 'printer'), insert('0042-003', null)],
    happenings: [],
    openOperations: [],
    replacements: [],
    actions: [],
    freshness: { fetchedAt: null, isStale: false, error: null },
  } as unknown as CardholderView);
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = [mount(Cardholder, { target, props: { cardholderId: 'u1' } })];
  const made = () => [...document.querySelectorAll('tbody td:nth-child(3)')].map((cell) => cell.textContent);
  await vi.waitFor(() => {
    flushSync();
    expect(made()).toHaveLength(3);
  });
  expect(made().map((text) => /^(.*?)24 nov/.exec(text)?.[1])).toEqual(['Guardado como PDF · ', 'Impreso · ', '']);
});
