// A card's movements on screen: what an operation has brought comes into sight, wherever the list was scrolled to.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backend, type CardView, type MovementRow, type MovementsView } from '../src/lib/backend';
import Movements from '../src/screens/card/Movements.svelte';
import { movementsProps } from './movements-props.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { movements: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice' }, settings: { lists: {} } }),
  sessionIsOpen: () => false,
}));

const row = (number: number): MovementRow => ({
  movementId: String(number),
  at: new Date(Date.UTC(2026, 10, 1) + number * 60_000).toISOString(),
  kind: 'load',
  kindWord: 'ADD_FUNDS',
  description: null,
  reference: null,
  isOurs: true,
  direction: 'in',
  currency: 'GTQ',
  amount: '10.00',
  balance: null,
  isBalanceComputed: false,
});
const view = (count: number) =>
  ({
    from: { year: 2026, month: 11 },
    until: { year: 2026, month: 11 },
    beginsAt: '2026-11-01T06:00:00Z',
    endsAt: '2026-12-01T06:00:00Z',
    currency: 'GTQ',
    rows: Array.from({ length: count }, (_, index) => row(count - index)),
    totals: [],
    opening: null,
    closing: null,
    check: { state: 'not_checked' },
  }) as unknown as MovementsView;
const props = movementsProps({
  card: { cardId: '7', lastFour: '4417', issuedAt: null, currency: 'GTQ' },
} as unknown as CardView);

let mounted: ReturnType<typeof mount> | undefined;
const list = () => document.getElementById('movements') as HTMLElement;
const scrolled = vi.fn();

beforeEach(async () => {
  vi.mocked(backend.movements).mockResolvedValue(view(60));
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(Movements, { target: document.getElementById('here') as HTMLElement, props });
  await vi.waitFor(() => expect(document.getElementById('movements')).not.toBeNull());
  list().scrollTo = scrolled;
  scrollDown();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
});

function scrollDown(): void {
  list().scrollTop = 900;
  list().dispatchEvent(new Event('scroll'));
  scrolled.mockClear();
}

async function operated(count: number): Promise<void> {
  vi.mocked(backend.movements).mockClear().mockResolvedValue(view(count));
  props.version += 1;
  flushSync();
  await vi.waitFor(() => expect(list().getAttribute('aria-rowcount')).toBe(String(count + 1)));
  await new Promise((resolve) => setTimeout(resolve, 50));
}

it('the newest is at the top, and the row that was chosen is still chosen', async () => {
  list().dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
  flushSync();
  expect(list().getAttribute('aria-activedescendant')).toBe('movements-row-0');
  scrollDown();
  await operated(61);
  expect(scrolled).toHaveBeenCalled();
  expect(scrolled.mock.lastCall?.[0]).toMatchObject({ top: 0 });
  expect(list().getAttribute('aria-activedescendant')).toBe('movements-row-1');
});

it('the search above them has a label in sight', () => {
  expect(document.querySelector('label[for=movements-filter]')?.textContent).toBe('Buscar');
});

it('the list stays where it is where nothing has come', async () => {
  await operated(60);
  expect(scrolled).not.toHaveBeenCalled();
});
