// Whoever comes for one operation of a card is taken to it, also on the card that is open already.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend } from '../src/lib/backend';
import Card from '../src/screens/card/Card.svelte';
import { operationView } from './records';

vi.mock('../src/lib/backend', () => ({
  backend: {
    card: vi.fn(),
    operationsOfCard: vi.fn(),
    movements: vi.fn(),
    happenings: vi.fn(),
    replacementOfCard: vi.fn(),
    requestPinCode: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' }, operator: 'ana' }),
  sessionIsOpen: () => false,
  refreshSession: () => Promise.resolve(),
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({
  directory: { refresh: () => Promise.resolve(), follow: () => Promise.resolve() },
}));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  navigation.showNothing();
});

async function open(): Promise<void> {
  vi.mocked(backend.card).mockResolvedValue({
    card: {
      cardId: '7',
      cardholderId: 'u1',
      lastFour: '4417',
      state: 'active',
      alias: null,
      balance: '10',
      currency: 'GTQ',
      issuedAt: '2026-01-10T12:00:00Z',
      expiry: null,
    },
    cardholderDisplayName: 'Ramírez, Ana',
    cardholderDocument: null,
    pendingDebits: null,
    pendingCredits: null,
    freshness: { state: 'fresh', at: '2026-11-24T16:00:00Z' },
    actions: [],
    replacements: [],
    openOperations: [],
  } as never);
  vi.mocked(backend.operationsOfCard).mockResolvedValue([operationView('CD-1'), operationView('CD-2')]);
  vi.mocked(backend.movements).mockReturnValue(new Promise(() => undefined));
  vi.mocked(backend.happenings).mockResolvedValue({ rows: [], hasOlder: false });
  navigation.openCard('u1', '7');
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(Card, { target, props: { cardholderId: 'u1', cardId: '7' } });
  await vi.waitFor(() => {
    flushSync();
    expect(document.querySelectorAll('li[data-reference]')).toHaveLength(2);
  });
}

const focused = () => (document.activeElement as HTMLElement).dataset.reference;

it('has the focus, with its ring, rather than the name of the card', async () => {
  await open();
  expect(document.activeElement?.tagName).toBe('H1');
  navigation.openOperation('u1', '7', 'CD-2');
  flushSync();
  await tick();
  expect(focused()).toBe('CD-2');
  expect((document.activeElement as HTMLElement).hasAttribute('data-shows-focus')).toBe(true);
});

it('has the focus although a form was open in its place', async () => {
  await open();
  navigation.openCardForm('set_pin');
  flushSync();
  expect(document.querySelectorAll('li[data-reference]')).toHaveLength(0);
  navigation.openOperation('u1', '7', 'CD-1');
  flushSync();
  await tick();
  expect(focused()).toBe('CD-1');
});
