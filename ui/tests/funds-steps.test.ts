// Loading for many cards by keyboard: whoever goes on from one step to the next finds the focus there, not at the top of
// the window.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type BatchCheck, type BatchPhase, type BatchView } from '../src/lib/backend';
import Funds from '../src/screens/funds/Funds.svelte';
import { batches } from '../src/screens/funds/batch.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    batches: vi.fn(),
    readBatch: vi.fn(),
    startBatch: vi.fn(),
    batch: vi.fn(),
    batchRows: vi.fn(),
    pauseBatch: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  sessionIsOpen: () => false,
  refreshSession: () => Promise.resolve(),
}));

const check = {
  id: 'file-1',
  name: 'planilla.csv',
  encoding: 'UTF-8',
  separator: 'comma',
  unusedTitles: [],
  style: { detected: 'comma_thousands', used: 'comma_thousands', isConfirmed: true, commaThousands: 2, examples: [] },
  rows: [],
  ready: 2,
  doubtful: 0,
  refused: 0,
  totals: [],
  cardsSeenAt: null,
  earlier: [],
  totalAgain: null,
} as unknown as BatchCheck;

const counts = { waiting: 2, underway: 0, applied: 0, refused: 0, notSent: 0, unknown: 0, notApplied: 0, leftOut: 0 };
const batch = (phase: BatchPhase) =>
  ({
    number: 7,
    name: 'planilla.csv',
    phase,
    stop: phase === 'paused' ? 'asked' : null,
    error: null,
    rowsToSend: 2,
    begunAt: '2026-11-24T16:00:00Z',
    begunBy: 'lucia',
    endedAt: null,
    counts,
  }) as unknown as BatchView;

let mounted: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(backend.batches).mockResolvedValue([]);
  vi.mocked(backend.readBatch).mockResolvedValue(check);
  vi.mocked(backend.startBatch).mockResolvedValue(batch('running'));
  vi.mocked(backend.batch).mockResolvedValue(batch('running'));
  vi.mocked(backend.batchRows).mockResolvedValue({ titles: [], rows: [] });
  vi.mocked(backend.pauseBatch).mockResolvedValue(batch('paused'));
  document.body.innerHTML = '<button id="rail">x</button><div id="here"></div>';
  document.getElementById('rail')?.focus();
  mounted = mount(Funds, { target: document.getElementById('here') as HTMLElement });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  batches.clear();
  vi.useRealTimers();
});

const control = (id: string) => document.getElementById(id) as HTMLElement;

/** A browser takes the focus from what can't be used or has gone; jsdom only from what has gone. */
async function drawn(): Promise<void> {
  if (document.activeElement instanceof HTMLButtonElement && document.activeElement.disabled) {
    document.activeElement.blur();
  }
  await tick();
  flushSync();
}

async function readFile(): Promise<void> {
  control('batch-choose').focus();
  const reading = batches.read(() => Promise.resolve({ from: 'pasted', text: 'x' }));
  await drawn();
  await reading;
  await drawn();
}

async function run(): Promise<void> {
  control('batch-start').focus();
  const starting = batches.start();
  await drawn();
  await starting;
  await drawn();
}

describe('the steps of a batch', () => {
  it('leave the focus where it was when the screen is opened', () => {
    expect(document.activeElement?.id).toBe('rail');
  });

  it('have it on the heading of the check once the file is read', async () => {
    await readFile();
    expect(document.activeElement?.tagName).toBe('H1');
    expect(document.activeElement?.textContent).toBe('planilla.csv');
  });

  it('have it on the heading of the batch once it runs', async () => {
    await readFile();
    await run();
    expect(document.activeElement?.tagName).toBe('H1');
    expect(document.activeElement?.textContent).toBe('Lote 7');
  });

  it('have it beside what comes next when the button that paused is gone', async () => {
    await readFile();
    await run();
    control('batch-pause').focus();
    await batches.pause();
    await drawn();
    expect(document.activeElement?.contains(control('batch-continue'))).toBe(true);
    expect(document.activeElement?.getAttribute('role')).toBe('group');
  });

  it('have it on the way to the next file when one was left', async () => {
    await readFile();
    batches.leaveCheck();
    await drawn();
    expect(document.activeElement?.id).toBe('batch-choose');
  });

  it('take it from nobody who went elsewhere meanwhile', async () => {
    const reading = batches.read(() => Promise.resolve({ from: 'pasted', text: 'x' }));
    control('rail').focus();
    await reading;
    await drawn();
    expect(document.activeElement?.id).toBe('rail');
  });
});
