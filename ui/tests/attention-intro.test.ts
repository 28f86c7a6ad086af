// What is said at the head of what needs attention is about what is listed there.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { backend, type AttentionView } from '../src/lib/backend';
import Attention from '../src/screens/attention/Attention.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { attention: vi.fn(), lookAgain: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  refreshSession: () => Promise.resolve(),
}));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

const replacement = {
  number: 3,
  cardholderId: 'u1',
  oldCardId: '7',
  oldLastFour: '4417',
  newCardId: null,
  newLastFour: null,
  cardholderDisplayName: 'Ramírez, Ana',
  cause: 'lost',
  begunAt: '2026-11-24T16:00:00Z',
  operator: 'ana',
  standing: 'open',
  next: 'issue',
  waits: null,
};

it.each([
  [[], undefined],
  [[replacement], 'reposiciones'],
])('with %j', async (replacements, said) => {
  vi.mocked(backend.attention).mockResolvedValue({
    rows: [],
    contradictions: [],
    replacements,
    settlingTimeMinutes: 2,
  } as unknown as AttentionView);
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(Attention, { target: document.getElementById('here') as HTMLElement });
  await vi.waitFor(() => {
    flushSync();
    expect(document.querySelector('#replacements, .empty, #attention button')).not.toBeNull();
  });
  const intro = document.getElementById('attention-intro')?.textContent;
  if (said === undefined) expect(intro).toBeUndefined();
  else expect(intro).toContain(said);
  expect(intro ?? '').not.toContain('No se sabe');
});
