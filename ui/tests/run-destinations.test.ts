// What was saved into a file is never told as printed: in the record, in what a run came to, and in what came of its pages.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type HappeningView, type RunRow, type SentTo } from '../src/lib/backend';
import HappeningLine from '../src/screens/happenings/HappeningLine.svelte';
import { runDestinations, RunDestinations } from '../src/screens/happenings/run-destinations.svelte';
import { runDone } from '../src/screens/print-room/run-table';

vi.mock('../src/lib/backend', () => ({ backend: { printRuns: vi.fn() } }));

const runs = (known: Record<string, SentTo | null>) => ({
  printing: null,
  drafts: [],
  runs: Object.entries(known).map(([number, sentTo]) => ({ number, sentTo }) as RunRow),
});
const happening = (serial: string, action: HappeningView['action'] = 'insert_printed') =>
  ({ number: '1', at: '2026-11-24T16:00:00Z', operator: 'ana', action, result: 'done', serial }) as HappeningView;

let mounted: Array<ReturnType<typeof mount>> = [];
beforeEach(() => {
  vi.mocked(backend.printRuns)
    .mockReset()
    .mockResolvedValue(runs({ '0042': 'file', '0041': 'printer', '0040': null }));
});
afterEach(async () => {
  await Promise.all(mounted.map((each) => unmount(each)));
  mounted = [];
  runDestinations.clear();
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
  it('is told as saved or as printed, by its run, which is asked for once', async () => {
    lines(happening('0042-017'), happening('0041-003'), happening('0042-018'));
    await vi.waitFor(() => {
      flushSync();
      expect(told()).toEqual(['Inserto guardado como PDF', 'Inserto impreso', 'Inserto guardado como PDF']);
    });
    expect(backend.printRuns).toHaveBeenCalledOnce();
  });

  it('is told in words that hold for both where its run is not known', async () => {
    lines(happening('0040-001'), happening('0007-001'));
    await vi.waitFor(() => expect(backend.printRuns).toHaveBeenCalled());
    flushSync();
    expect(told()).toEqual(['Inserto impreso o guardado', 'Inserto impreso o guardado']);
  });

  it('asks nothing of what was not made here', () => {
    lines(happening('0042-017', 'insert_voided'));
    expect(told()).toEqual(['Inserto anulado']);
    expect(backend.printRuns).not.toHaveBeenCalled();
  });
});

describe('the destinations', () => {
  it('are asked for again for a newer run alone, and after a failure', async () => {
    const destinations = new RunDestinations();
    vi.mocked(backend.printRuns).mockRejectedValueOnce(new Error('not read'));
    destinations.want('0042-001');
    await vi.waitFor(() => expect(backend.printRuns).toHaveBeenCalledTimes(1));
    await Promise.resolve();
    destinations.want('0042-001');
    await vi.waitFor(() => expect(destinations.of('0042-001')).toBe('file'));
    destinations.want('0041-001');
    destinations.want('0042-009');
    expect(destinations.of('0041-001')).toBe('printer');
    await Promise.resolve();
    expect(backend.printRuns).toHaveBeenCalledTimes(2);
    vi.mocked(backend.printRuns).mockResolvedValue(runs({ '0043': 'printer' }));
    destinations.want('0043-001');
    await vi.waitFor(() => expect(destinations.of('0043-001')).toBe('printer'));
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
