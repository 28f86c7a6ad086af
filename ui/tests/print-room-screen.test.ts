// The print room on screen. A reprint that lacks its reason: the operator is led to the field, which may be out of sight. One of an
// insert that is packed says that it has left the room. Whoever was chosen stays so while another screen is on.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backend, type PackedRow, type QueueRow, type RunDetail, type RunRow } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { printRoom } from '../src/screens/print-room/print-room.svelte';
import { printRuns } from '../src/screens/print-room/print-runs.svelte';
import PrintRoom from '../src/screens/print-room/PrintRoom.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    printers: vi.fn(),
    templates: vi.fn().mockResolvedValue([]),
    insertQueue: vi.fn(),
    previewInserts: vi.fn(),
    saveInserts: vi.fn(),
    papers: vi.fn(),
    printJobs: vi.fn(),
    packedInserts: vi.fn(),
    printing: vi.fn(() => Promise.resolve(null)),
    printRuns: vi.fn(() => Promise.resolve({ printing: null, drafts: [], runs: [] })),
    printRun: vi.fn(),
    previewRun: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({
    profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' },
    settings: {
      insertPaper: 'a4-8-up',
      insertLanguage: 'spanish',
      insertTemplate: 'classic',
      printer: null,
      outputFolder: '/x',
      lists: {},
    },
  }),
  sessionIsOpen: () => false,
  refreshSession: () => Promise.resolve(),
}));

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.mocked(backend.printers).mockResolvedValue({ system: 'running', printers: [] });
  vi.mocked(backend.papers).mockResolvedValue([]);
  vi.mocked(backend.printJobs).mockResolvedValue([]);
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  printRoom.clear();
  printRuns.clear();
});

it('leads to the reason, and says which inserts are packed', async () => {
  const printed = { cardholderId: 'u1', cardId: '7', displayName: 'Ana', lastFour: '4417', serial: '0042-017' };
  const missing: ConstructorParameters<typeof BackendError>[0] = {
    code: 'reprint_reason_missing',
    message: null,
    params: {},
    field: null,
    fields: [],
    retryable: false,
    reference: null,
  };
  vi.mocked(backend.insertQueue).mockResolvedValue([{ ...printed, issuedAt: null, printedAt: null } as QueueRow]);
  vi.mocked(backend.previewInserts).mockRejectedValue(new BackendError({ ...missing, code: 'internal' }));
  vi.mocked(backend.saveInserts).mockRejectedValue(new BackendError(missing));
  vi.mocked(backend.packedInserts).mockResolvedValue([{ serial: '0042-017' } as PackedRow]);
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(PrintRoom, { target: document.getElementById('here') as HTMLElement });
  await vi.waitFor(() => expect(printRoom.rows).toHaveLength(1));
  printRoom.chooseAll();
  flushSync();
  document.getElementById('print-save')?.click();
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('reprintReason'));
  expect(backend.packedInserts).toHaveBeenCalledWith(['0042-017']);
  expect(document.getElementById('packed-warning')?.textContent).toContain('0042-017');
});

it('has whoever was chosen after a look at the templates and at another screen, as far as they still wait', async () => {
  const row = (cardId: string) => ({ cardId, cardholderId: `u${cardId}`, displayName: cardId, lastFour: '0000' });
  const waiting = (...cardIds: string[]) =>
    vi
      .mocked(backend.insertQueue)
      .mockResolvedValue(
        cardIds.map((cardId) => ({ ...row(cardId), issuedAt: null, serial: null, printedAt: null }) as QueueRow),
      );
  const shown = () => {
    document.body.innerHTML = '<div id="here"></div>';
    mounted = mount(PrintRoom, { target: document.getElementById('here') as HTMLElement });
    flushSync();
  };
  vi.mocked(backend.previewInserts).mockReturnValue(new Promise(() => undefined));
  waiting('1', '2', '3');
  shown();
  await vi.waitFor(() => expect(printRoom.rows).toHaveLength(3));
  expect(printRoom.chosen).toEqual([]);
  printRoom.choose([1, 2]);
  flushSync();
  document.getElementById('edit-templates')?.click();
  flushSync();
  expect(document.getElementById('templates')).not.toBeNull();
  if (mounted) await unmount(mounted);
  waiting('0', '2');
  shown();
  await vi.waitFor(() => expect(printRoom.rows).toHaveLength(2));
  expect(printRoom.chosen.map(({ cardId }) => cardId)).toEqual(['2']);
});

it('reads a run again when its inserts are opened: one of them may have been printed again meanwhile', async () => {
  const run = { number: '0001', state: 'finished', inserts: 1, pages: 1, operator: 'ana', sentTo: 'file' } as RunRow;
  const insert = { serial: '0001-001', page: 1, cardholderId: 'u1', cardId: '7', displayName: 'Ana', lastFour: '4417' };
  const reads = (more: Pick<RunDetail['inserts'][number], 'state' | 'replacedBy'>) =>
    vi.mocked(backend.printRun).mockResolvedValue({
      run,
      inserts: [{ ...insert, voidReason: null, ...more }],
      pageReprints: [],
      jobState: null,
    });
  vi.mocked(backend.insertQueue).mockResolvedValue([]);
  vi.mocked(backend.printRuns).mockResolvedValue({ printing: null, drafts: [], runs: [run] });
  vi.mocked(backend.previewRun).mockRejectedValue(new Error('not drawn here'));
  reads({ state: 'printed', replacedBy: null });
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(PrintRoom, { target: document.getElementById('here') as HTMLElement });
  printRoom.showsRuns = true;
  await vi.waitFor(() => expect(printRuns.runs).toHaveLength(1));
  await printRuns.open({ active: 0, anchor: 0, selected: new Set([0]) });
  flushSync();
  expect(printRuns.inserts[0]?.state).toBe('printed');
  reads({ state: 'voided', replacedBy: '0002-001' });
  document.getElementById('run-inserts-open')?.click();
  flushSync();
  await vi.waitFor(() => expect(printRuns.inserts[0]?.state).toBe('voided'));
});

it('gives the list the room of the preview while there is none, and five rows beside one', async () => {
  const waiting = {
    cardId: '7',
    cardholderId: 'u7',
    displayName: 'Ana',
    lastFour: '4417',
    issuedAt: null,
    serial: null,
  };
  vi.mocked(backend.insertQueue).mockResolvedValue([{ ...waiting, printedAt: null } as QueueRow]);
  vi.mocked(backend.previewInserts).mockReturnValue(new Promise(() => undefined));
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(PrintRoom, { target: document.getElementById('here') as HTMLElement });
  await vi.waitFor(() => expect(printRoom.rows).toHaveLength(1));
  flushSync();
  const has = (name: string) => document.querySelector('.print-room')?.classList.contains(name);
  expect([has('without-preview'), has('reads-box')]).toEqual([true, false]);
  printRoom.choose([0]);
  flushSync();
  expect(has('without-preview')).toBe(false);
  printRoom.choose([]);
  printRoom.readsBox = true;
  flushSync();
  expect([has('without-preview'), has('reads-box')]).toEqual([false, true]);
});
