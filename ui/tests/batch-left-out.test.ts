// The result of a batch on screen: a row that was left out still has the card and the amount that its check had.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { backend, type BatchCheck, type BatchRowView, type BatchView } from '../src/lib/backend';
import { batches } from '../src/screens/funds/batch.svelte';
import BatchRun from '../src/screens/funds/BatchRun.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { readBatch: vi.fn(), startBatch: vi.fn(), batchRows: vi.fn(), batches: vi.fn().mockResolvedValue([]) },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  sessionIsOpen: () => false,
  refreshSession: () => Promise.resolve(),
}));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  batches.clear();
  vi.restoreAllMocks();
});

it('names them, and tells what its cells say', async () => {
  // jsdom has no layout: the list takes its height from here.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(640);
  const unread = { line: 5, kind: 'withdrawal', amount: null, currency: 'GTQ', note: null } as const;
  vi.mocked(backend.readBatch).mockResolvedValue({
    id: 'file-1',
    style: { isConfirmed: true },
    rows: [{ ...unread, lastFour: '2721', holder: 'Camposeco, Andrea', given: [{ field: 'amount', text: '-5' }] }],
    ready: 1,
    oldCards: 0,
    totals: [],
    totalAgain: null,
  } as unknown as BatchCheck);
  const counts = { waiting: 0, underway: 0, applied: 1, refused: 0, notSent: 0, unknown: 0, notApplied: 0, leftOut: 1 };
  const batch = {
    number: 1,
    name: null,
    phase: 'finished',
    rowsToSend: 1,
    begunAt: '2026-11-24T16:00:00Z',
    begunBy: 'ana',
    counts,
  };
  vi.mocked(backend.startBatch).mockResolvedValue({ ...batch, endedAt: null, error: null } as unknown as BatchView);
  const problem = { field: 'amount', code: 'amount_not_positive', severity: 'error', params: {} };
  vi.mocked(backend.batchRows).mockResolvedValue({
    titles: ['Tarjeta', 'Monto'],
    rows: [
      {
        ...unread,
        cells: ['48201', '-5'],
        state: 'left_out',
        lastFour: null,
        holder: null,
        reference: null,
        problems: [problem],
      } as unknown as BatchRowView,
    ],
  });
  await batches.read(() => Promise.resolve({ from: 'pasted', text: 'x' }));
  await batches.start();
  await vi.waitFor(() => expect(batches.rows.value).toBeDefined());
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(BatchRun, {
    target: document.getElementById('here') as HTMLElement,
    props: { batch: batches.batch as BatchView },
  });
  const row = await vi.waitFor(() => {
    flushSync();
    const drawn = document.getElementById('batch-rows-row-0');
    expect(drawn).not.toBeNull();
    return drawn;
  });
  const cells = [...(row?.querySelectorAll('[role="gridcell"]') ?? [])].map((cell) =>
    cell.textContent?.replace(/\s+/g, ' ').trim(),
  );
  expect(cells.slice(0, 4)).toEqual(['5', '•••• 2721 Camposeco, Andrea', 'Retiro', '-5']);
  row?.click();
  flushSync();
  expect(document.querySelector('.foot')?.textContent?.replace(/\s+/g, ' ')).toContain('· Monto: «-5»');
});
