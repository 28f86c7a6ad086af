// An insert of a run that is looked at: one that was voided has a mark, and says who voided it, when and why.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import {
  backend,
  type HappeningView,
  type PackingStopView,
  type RunDetail,
  type RunInsertRow,
  type RunRow,
} from '../src/lib/backend';
import { problemText } from '../src/lib/i18n/errors';
import { printRuns } from '../src/screens/print-room/print-runs.svelte';
import { stopFacts } from '../src/screens/pack/stops';
import { insertsTable, pageCount } from '../src/screens/print-room/run-table';
import RunPanel from '../src/screens/print-room/RunPanel.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { printRuns: vi.fn(), printRun: vi.fn(), previewRun: vi.fn(), happenings: vi.fn() },
}));

const run = { number: '0042', state: 'finished', inserts: 2, pages: 2, operator: 'ana', sentTo: 'file' } as RunRow;
const insert = {
  page: 1,
  cardholderId: 'c-1',
  cardId: '1',
  displayName: 'Ramírez, Ana',
  lastFour: '4417',
  voidReason: null,
  replacedBy: null,
};
const happening = (serial: string, more: Partial<HappeningView> = {}) =>
  ({ serial, action: 'insert_voided', operator: 'lucia', at: '2026-11-24T16:00:00Z', ...more }) as HappeningView;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  printRuns.clear();
  vi.resetAllMocks();
});

const reprint = (pages: string) =>
  ({ at: '2026-11-24T16:00:00Z', operator: 'ana', pages, reason: 'Se atascó', sentTo: 'printer' }) as const;

async function lookedAt(index: number, more: Partial<RunInsertRow> = {}): Promise<void> {
  vi.mocked(backend.printRuns).mockResolvedValue({ printing: null, drafts: [], runs: [run] });
  vi.mocked(backend.printRun).mockResolvedValue({
    run,
    inserts: [
      { ...insert, serial: '0042-001', state: 'printed' },
      { ...insert, serial: '0042-002', state: 'voided', voidReason: 'Se mojó', ...more },
    ],
    pageReprints: [reprint('2'), reprint('1-2')],
    jobState: null,
  } as RunDetail);
  vi.mocked(backend.previewRun).mockRejectedValue(new Error('not drawn here'));
  await printRuns.refresh();
  await printRuns.open({ active: 0, anchor: 0, selected: new Set([0]) });
  printRuns.showsInserts = true;
  printRuns.insertPosition = { active: index, anchor: index, selected: new Set([index]) };
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(RunPanel, { target: document.getElementById('here') as HTMLElement });
  flushSync();
}

const told = () => document.getElementById('insert-voided')?.textContent?.replace(/\s+/g, ' ').trim();

it('that was voided is marked, with its reason, who voided it and when', async () => {
  vi.mocked(backend.happenings).mockResolvedValue({
    rows: [happening('0042-002', { action: 'insert_printed', operator: 'ana' }), happening('0042-002')],
    hasOlder: false,
  });
  await lookedAt(1);
  expect(document.querySelector('#insert-part .chip')?.textContent).toBe('Anulado');
  await vi.waitFor(() => {
    flushSync();
    expect(told()).toMatch(/^Inserto 0042-002 anulado Motivo Se mojó Por lucia Cuándo 24 nov/);
  });
  expect(backend.happenings).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ cardholderId: 'c-1', kind: 'insert', text: '0042-002' }),
  );
  expect(document.getElementById('void-reason')).toBeNull();
});

it('names who voided it first, whatever is told of it after that', async () => {
  vi.mocked(backend.happenings).mockResolvedValue({
    rows: [
      happening('0042-002', { operator: 'pedro', at: '2026-11-26T16:00:00Z' }),
      happening('0042-002', { operator: 'lucia', at: '2026-11-24T16:00:00Z' }),
    ],
    hasOlder: false,
  });
  await lookedAt(1);
  await vi.waitFor(() => {
    flushSync();
    expect(told()).toMatch(/Por lucia Cuándo 24 nov/);
  });
});

it.each([
  ['Se mojó', '0044-001', 'Reemplazado por 0044-001 Motivo Se mojó'],
  [null, '0044-001', 'Reemplazado por 0044-001'],
  ['lost', null, 'Motivo Tarjeta perdida'],
  ['stolen', '0044-001', 'Reemplazado por 0044-001 Motivo Tarjeta robada'],
  [null, null, 'Motivo —'],
])('for %j, with %j in its place, says both in words', async (voidReason, replacedBy, words) => {
  vi.mocked(backend.happenings).mockResolvedValue({ rows: [], hasOlder: false });
  await lookedAt(1, { voidReason, replacedBy });
  expect(told()).toBe(`Inserto 0042-002 anulado ${words}`);
});

it('says its reason also where the record tells nothing of it', async () => {
  vi.mocked(backend.happenings).mockRejectedValue(new Error('not read'));
  await lookedAt(1);
  await vi.waitFor(() => expect(backend.happenings).toHaveBeenCalled());
  flushSync();
  expect(told()).toBe('Inserto 0042-002 anulado Motivo Se mojó');
});

it('that is valid is not marked, and heads the reason for voiding it', async () => {
  await lookedAt(0);
  expect(document.querySelector('#insert-part .chip')).toBeNull();
  expect(document.querySelector('#insert-part h4')?.textContent).toBe('Anular este inserto');
  expect(backend.happenings).not.toHaveBeenCalled();
});

it('is saved in a table with why it was voided in words, as it stands at a stop of the packing line', () => {
  const voided = { ...insert, serial: '0042-002', state: 'voided', voidReason: 'damaged' } as const;
  expect(insertsTable('0042', [voided]).rows[0]?.at(-1)).toBe('Tarjeta dañada');
  const stop = { kind: 'voided', lastFour: null, otherSerial: null, voidReason: 'expiring', packedAt: null };
  expect(stopFacts(stop as PackingStopView)).toEqual(['Motivo: Tarjeta por vencer']);
});

it('counts the pages that were made again, a single one as one', async () => {
  await lookedAt(0);
  const rows = [...document.querySelectorAll('#page-reprints li')].map((each) => each.textContent?.trim());
  expect(rows.map((text) => /^(.*?) ·/.exec(text ?? '')?.[1])).toEqual(['Página 2', 'Páginas 1-2']);
  expect(['7', '3-5, 9', '1, 2'].map(pageCount)).toEqual([1, 4, 2]);
});

it('says what a run of one page has, also where another page was asked of it', () => {
  const problem = { field: 'pages', code: 'pages_beyond', severity: 'error' } as const;
  expect(problemText({ ...problem, params: { pages: '1' } })).toBe('El tiraje tiene 1 página');
  expect(problemText({ ...problem, params: { pages: '12' } })).toBe('El tiraje tiene 12 páginas');
});
