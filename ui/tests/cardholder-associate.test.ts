// Associating a card from the cardholder's page: opened by its key, and what came of it has the focus.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { actionFor, currentActions } from '../src/lib/app/actions.svelte';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type CardholderView, type CardSummary } from '../src/lib/backend';
import Cardholder from '../src/screens/cardholders/Cardholder.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { cardholder: vi.fn(), associateCard: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  refreshSession: () => Promise.resolve(),
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({
  directory: { refresh: () => Promise.resolve(), follow: () => Promise.resolve() },
}));

const card = (cardId: string) =>
  ({
    cardId,
    lastFour: '4417',
    state: 'inactive',
    alias: null,
    expiry: null,
    needsInsert: true,
    balance: null,
    currency: null,
  }) as unknown as CardSummary;
const view = (...cards: CardSummary[]) =>
  ({
    profile: { cardholderId: 'u1', displayName: 'Ana', documentType: null, documentNumber: null, phoneNumber: null },
    cards,
    inserts: [],
    happenings: [],
    replacements: [],
    openOperations: [],
    actions: [{ action: 'associate_card', notOffered: null, permission: null }],
    freshness: { fetchedAt: null, isStale: false, error: null },
  }) as unknown as CardholderView;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function press(key: string): void {
  const event = new KeyboardEvent('keydown', { key, ctrlKey: true, cancelable: true });
  document.body.dispatchEvent(event);
  actionFor(event, currentActions())?.run();
  flushSync();
}

it('a card that was associated is on show and has the focus, and the form is gone', async () => {
  vi.mocked(backend.cardholder).mockResolvedValueOnce(view());
  document.body.innerHTML = '<div id="here"></div>';
  navigation.openCardholder('u1');
  mounted = mount(Cardholder, {
    target: document.getElementById('here') as HTMLElement,
    props: { cardholderId: 'u1' },
  });
  await vi.waitFor(() => expect(document.querySelector('#cardholder-name')).not.toBeNull());

  press('j');
  const pan = document.getElementById('pan') as HTMLInputElement;
  expect(document.activeElement).toBe(pan);
  pan.value = '4111-1111-1111-1111';
  pan.dispatchEvent(new Event('input', { bubbles: true }));
  vi.mocked(backend.associateCard).mockResolvedValue(card('9'));
  vi.mocked(backend.cardholder).mockResolvedValue(view(card('9')));
  pan.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }));
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('card-9'));
  expect(vi.mocked(backend.associateCard).mock.calls).toEqual([['u1', '4111-1111-1111-1111', '']]);
  expect(document.getElementById('associate')).toBeNull();
});
