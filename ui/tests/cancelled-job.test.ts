// A job that was cancelled at the printer after its run had counted: the run says so and what there is to do, where it waits and
// where its job is told.
import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { printJobs } from '../src/lib/app/print-jobs.svelte';
import { backend, type DraftRunView, type PrintJobView } from '../src/lib/backend';
import Drafts from '../src/screens/print-room/Drafts.svelte';
import JobNotes from '../src/screens/print-room/JobNotes.svelte';
import { printRuns } from '../src/screens/print-room/print-runs.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { printRuns: vi.fn(), printJobs: vi.fn() } }));

const draft = (more: Partial<DraftRunView>): DraftRunView => ({
  number: '0043',
  inserts: 8,
  begunAt: '2026-11-24T10:00:00Z',
  operator: 'ana',
  destination: 'printer',
  destinationName: 'HP Contabilidad',
  mayBeOnPaper: true,
  jobEnded: null,
  voided: 0,
  ...more,
});
const job = (runNumber: string): PrintJobView => ({
  id: runNumber,
  runNumber,
  printer: 'HP Contabilidad',
  state: 'cancelled',
  words: [],
  sheetsDone: null,
  sentAt: '2026-11-24T10:00:00Z',
  seenAt: '2026-11-24T10:01:00Z',
});

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  printRuns.clear();
  printJobs.clear();
});

async function show(part: unknown, drafts: DraftRunView[]): Promise<void> {
  vi.mocked(backend.printRuns).mockResolvedValue({ printing: null, drafts, runs: [] });
  await printRuns.refresh();
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(part as Component<Record<string, unknown>>, {
    target: document.getElementById('here') as HTMLElement,
    props: { onmade: vi.fn() },
  });
  flushSync();
}

it('is told as such where the run waits, with what to look for first and all that can be done', async () => {
  await show(Drafts, [
    draft({ jobEnded: 'cancelled' }),
    draft({ number: '0044', jobEnded: 'aborted', voided: 2 }),
    draft({ number: '0045' }),
  ]);
  const said = (number: string) => document.querySelector(`[data-draft="${number}"]`)?.textContent ?? '';
  expect(said('0043')).toContain('se canceló en la impresora');
  expect(said('0043')).toContain('Ninguno de sus insertos cuenta');
  expect(said('0044')).toContain('abandonó el tiraje');
  expect(said('0044')).toContain('2 insertos anteriores ya quedaron anulados');
  expect(said('0043')).not.toContain('anulado');
  expect(said('0045')).toContain('quedó a medias');
  for (const id of ['make-draft-0043', 'count-draft-0043', 'discard-draft-0043']) {
    expect(document.getElementById(id)).not.toBeNull();
  }
});

it('says at the job that the run does not count, unless it stayed counted', async () => {
  vi.mocked(backend.printJobs).mockResolvedValue([job('0043'), job('0042')]);
  await printJobs.look();
  await show(JobNotes, [draft({ jobEnded: 'cancelled' })]);
  expect(document.getElementById('job-0043')?.textContent).toContain('Sus insertos no cuentan');
  expect(document.getElementById('job-0042')?.textContent).toContain('Vuelva a imprimir los insertos que falten');
});
