// The packing screen: in whose words an insert was made, where the focus is after an undo, and the days that have a manifest.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { backend, type ManifestView, type PackedRow, type PackingView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { setLanguage } from '../src/lib/i18n/index.svelte';
import Latest from '../src/screens/pack/Latest.svelte';
import Line from '../src/screens/pack/Line.svelte';
import Manifest from '../src/screens/pack/Manifest.svelte';
import { packing } from '../src/screens/pack/packing.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    undoPacking: vi.fn(),
    manifestChoices: vi.fn(),
    packingManifest: vi.fn(),
    printers: vi.fn(() => Promise.resolve({ system: 'ready', printers: [] })),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  sessionIsOpen: () => false,
  session: () => ({ today: '2026-11-24', operator: 'ana', settings: {} }),
}));

const AT = '2026-11-24T16:00:00Z';
const row = { number: 3, serial: '0043-001', displayName: 'Ana', lastFour: '4417', at: AT, canUndo: true } as PackedRow;
const view = { packedToday: 1, latest: [row], openBox: null, stop: null, contradicted: [], runs: [] };
const empty: ManifestView = { packingBox: null, day: '2026-11-24', rows: [], runs: [], missing: [], stops: [] };

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  packing.clear();
  await setLanguage('es');
});

function show(screen: typeof Line | typeof Latest | typeof Manifest): void {
  document.body.innerHTML = '<div id="here"></div><input id="pack-serial" />';
  mounted = mount(screen, { target: document.getElementById('here') as HTMLElement });
  flushSync();
}
const byId = (id: string) => document.getElementById(id) as HTMLElement;
const settle = () => vi.waitFor(() => flushSync());

it('tells of no insert that it was printed: it may have been saved as a PDF', async () => {
  packing.insert = { serial: '0043-001', displayName: 'Ana', printedAt: AT, namesCard: true };
  show(Line);
  expect(document.body.textContent).toContain('Hecho el 24 nov 2026, 10:00');
  await setLanguage('en');
  flushSync();
  expect(document.body.textContent).toContain('Made 24 Nov 2026, 10:00');
});

it('goes to the reason where an undo has none, and says there what is missing', async () => {
  packing.loaded.take({ ...view, day: '2026-11-24' } as PackingView);
  show(Latest);
  byId('pack-undo-3').click();
  await settle();
  const missing = { field: 'reason', code: 'missing', severity: 'error', params: {} } as const;
  vi.mocked(backend.undoPacking).mockRejectedValue(
    new BackendError({
      code: 'fields_need_mending',
      message: null,
      params: {},
      field: 'reason',
      fields: [missing],
      retryable: false,
      reference: null,
    }),
  );
  byId('pack-undo-submit').focus();
  byId('pack-undo-submit').click();
  await vi.waitFor(() => {
    flushSync();
    expect(byId('pack-undo-reason').getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement?.id).toBe('pack-undo-reason');
  });
  expect(byId('pack-undo-reason').getAttribute('aria-describedby')).toContain('pack-undo-reason-problem');
});

it('has a manifest of today though all that was packed was taken out again', async () => {
  const days = [{ day: '2026-11-23', packed: 4 }];
  vi.mocked(backend.manifestChoices).mockResolvedValue({ boxes: [], days });
  vi.mocked(backend.packingManifest).mockResolvedValue(empty);
  show(Manifest);
  await vi.waitFor(() => {
    flushSync();
    expect([...document.querySelectorAll('#manifest-of option')].map((option) => option.textContent)).toEqual([
      '24 nov 2026 · 0',
      '23 nov 2026 · 4',
    ]);
  });
});
