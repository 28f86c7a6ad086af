// A manifest on paper: it goes to the printer that was chosen, and what becomes of its job is said until it has ended.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  backend,
  type ManifestToSave,
  type PrinterView,
  type PrintersView,
  type PrintJobView,
} from '../src/lib/backend';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { JOBS_EVERY_MS } from '../src/lib/app/print-jobs.svelte';
import { work } from '../src/lib/app/work.svelte';
import { t } from '../src/lib/i18n/index.svelte';
import { manifestPrinting } from '../src/screens/pack/manifest-printing.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { printers: vi.fn(), printManifest: vi.fn(), testPage: vi.fn() },
}));
vi.mock('../src/lib/app/session.svelte', () => ({ session: () => ({ settings: { printer: 'bodega' } }) }));
const mocked = vi.mocked(backend);

const paper = { name: 'Manifiesto Caja 7' } as ManifestToSave;
const printer = (systemName: string) => ({ systemName, name: `HP ${systemName}` }) as PrinterView;
const job = (state: PrintJobView['state'], words: string[] = []) => ({ id: '8', state, words }) as PrintJobView;
const offer = (system: PrintersView['system'], ...names: string[]) =>
  mocked.printers.mockResolvedValue({ system, printers: names.map(printer) } as PrintersView);

beforeEach(() => {
  vi.useFakeTimers();
  forgetProfile();
  vi.resetAllMocks();
  mocked.printManifest.mockResolvedValue('8');
  mocked.testPage.mockResolvedValue(job('done'));
});

describe('a manifest on paper', () => {
  it('goes to the printer that was used last, or to the one that is chosen', async () => {
    offer('running', 'oficina', 'bodega');
    await manifestPrinting.load();
    await manifestPrinting.print(paper);
    manifestPrinting.name = 'oficina';
    await manifestPrinting.print(paper);
    expect(mocked.printManifest.mock.calls).toEqual([
      [paper, 'bodega'],
      [paper, 'oficina'],
    ]);
  });

  it('is followed until its job has ended, and says what stops it', async () => {
    offer('running', 'bodega');
    mocked.testPage
      .mockResolvedValueOnce(job('stopped', ['media-empty-error']))
      .mockRejectedValueOnce(new Error('nobody listens'))
      .mockResolvedValueOnce(job('stopped', ['media-empty-error']));
    await manifestPrinting.print(paper);
    await vi.advanceTimersByTimeAsync(1);
    expect(work.ended?.good).toBe(false);
    expect(work.ended?.text()).toContain(t('printer.word.media_empty'));
    await vi.advanceTimersByTimeAsync(3 * JOBS_EVERY_MS);
    expect(work.ended?.good).toBe(true);
    expect(work.ended?.text()).toContain(t('job.done'));
    await vi.advanceTimersByTimeAsync(10 * JOBS_EVERY_MS);
    expect(mocked.testPage).toHaveBeenCalledTimes(4);
  });

  it('says that there is no printer, or that the printer system is down, and sends nothing', async () => {
    for (const [system, words] of [
      ['running', t('printer.none')],
      ['down', t('error.print_system_down')],
    ] as const) {
      offer(system);
      await manifestPrinting.print(paper);
      expect(work.ended?.text()).toBe(words);
    }
    expect(mocked.printManifest).not.toHaveBeenCalled();
    expect(manifestPrinting.busy).toBe(false);
  });

  it('is told to nobody any more once its company was left', async () => {
    offer('running', 'bodega');
    mocked.testPage.mockResolvedValue(job('printing'));
    await manifestPrinting.print(paper);
    await vi.advanceTimersByTimeAsync(JOBS_EVERY_MS);
    const asked = mocked.testPage.mock.calls.length;
    forgetProfile();
    await vi.advanceTimersByTimeAsync(5 * JOBS_EVERY_MS);
    expect(mocked.testPage).toHaveBeenCalledTimes(asked);
  });
});
