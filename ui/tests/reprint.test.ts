// A reprint that lacks its reason: the operator is led to the field, which may be out of sight. One of an insert that is packed
// says that it has left the room.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
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
afterEach(async () => {
  if (mounted) await unmount(mounted);
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
  vi.mocked(backend.printers).mockResolvedValue({ system: 'running', printers: [] });
  vi.mocked(backend.papers).mockResolvedValue([]);
  vi.mocked(backend.printJobs).mockResolvedValue([]);
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
