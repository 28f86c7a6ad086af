// The print room on screen. A reprint that lacks its reason: the operator is led to the field, which may be out of sight. One of an
// insert that is packed says that it has left the room. Whoever was chosen stays so while another screen is on.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backend, type PackedRow, type QueueRow } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { printRoom } from '../src/screens/print-room/print-room.svelte';
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
