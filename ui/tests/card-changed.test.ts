// Two operators and one card: the later one is told that it was refused, and sees the card as it is now.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { work } from '../src/lib/app/work.svelte';
import { backend, type ActionOffer, type CardView, type MovementsView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import Card from '../src/screens/card/Card.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { card: vi.fn(), operationsOfCard: vi.fn(), movements: vi.fn(), blockCard: vi.fn() },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({
    profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' },
    settings: { lists: {} },
  }),
  sessionIsOpen: () => true,
  refreshSession: () => Promise.resolve(),
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({
  directory: { refresh: () => Promise.resolve(), follow: () => Promise.resolve() },
}));

const offer = (action: ActionOffer['action'], notOffered: ActionOffer['notOffered']): ActionOffer => ({
  action,
  notOffered,
  permission: null,
});
const view = (state: 'active' | 'blocked') => {
  const closed = state === 'blocked' ? 'card_blocked' : null;
  return {
    card: {
      cardId: '7',
      cardholderId: 'u1',
      lastFour: '4417',
      state,
      alias: null,
      expiry: null,
      balance: null,
      currency: null,
    },
    cardholderDisplayName: 'Ana',
    cardholderDocument: null,
    pendingDebits: null,
    pendingCredits: null,
    actions: [
      offer('load', closed),
      offer('block', closed),
      offer('unblock', state === 'blocked' ? null : 'card_already_active'),
    ],
    openOperations: [],
    replacements: [],
    freshness: { fetchedAt: null, isStale: false, error: null },
  } as unknown as CardView;
};

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

it('a block of a card that somebody else blocked shows the refusal and the card as it is now', async () => {
  vi.mocked(backend.operationsOfCard).mockResolvedValue([]);
  vi.mocked(backend.movements).mockReturnValue(new Promise<MovementsView>(() => undefined));
  vi.mocked(backend.card).mockResolvedValueOnce(view('active'));
  document.body.innerHTML = '<div id="here"></div>';
  navigation.openCard('u1', '7');
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(Card, { target, props: { cardholderId: 'u1', cardId: '7' } });
  await vi.waitFor(() => expect(document.getElementById('card-state')?.dataset.state).toBe('active'));
  expect(document.getElementById('load')?.closest('ul')).toBeNull();

  navigation.openCardForm('block');
  flushSync();
  vi.mocked(backend.card).mockResolvedValue(view('blocked'));
  vi.mocked(backend.blockCard).mockRejectedValue(
    new BackendError({
      code: 'gateway_refused',
      message: 'wrong state',
      params: { code: '7213' },
      field: null,
      fields: [],
      retryable: false,
      reference: null,
    }),
  );
  document.getElementById('block-submit')?.click();
  await vi.waitFor(() => expect(document.getElementById('card-state')?.dataset.state).toBe('blocked'));
  flushSync();
  expect(document.getElementById('block-failure')?.textContent).toContain('7213');
  expect(document.getElementById('block-failure')?.textContent).toContain('Alguien la cambió');
  expect(document.getElementById('block-submit')?.hasAttribute('disabled')).toBe(true);
  expect(document.getElementById('unblock-card')?.closest('ul')).toBeNull();
  // What is not possible stands in the menu, with its reason.
  expect(document.getElementById('load')?.closest('ul')).not.toBeNull();
  expect(document.getElementById('load-why')?.textContent).toBe('La tarjeta está bloqueada');
  expect(work.ended?.text()).toContain('Bloqueada');
});
