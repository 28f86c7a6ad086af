// Opening a cardholder by keyboard: Enter, and Enter again goes on to the card; it never issues one.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type CardholderView } from '../src/lib/backend';
import Cardholder from '../src/screens/cardholders/Cardholder.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { cardholder: vi.fn(), issueCard: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  refreshSession: () => Promise.resolve(),
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({
  directory: { refresh: () => Promise.resolve(), follow: () => Promise.resolve() },
}));

const view = (...cards: string[]) =>
  ({
    profile: { displayName: 'Ana', documentType: null, documentNumber: null, phoneNumber: null },
    cards: cards.map((cardId) => ({
      cardId,
      lastFour: '4417',
      state: 'active',
      alias: null,
      expiry: null,
      needsInsert: false,
      balance: null,
      currency: null,
    })),
    inserts: [],
    happenings: [],
    openOperations: [],
    replacements: [],
    actions: [],
    freshness: { fetchedAt: null, isStale: false, error: null },
  }) as unknown as CardholderView;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

/** What has the focus in a cardholder of these cards. */
async function focused(...cards: string[]): Promise<string | undefined> {
  vi.mocked(backend.cardholder).mockResolvedValue(view(...cards));
  document.body.innerHTML = '<button id="list">x</button><div id="here"></div>';
  document.getElementById('list')?.focus();
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(Cardholder, { target, props: { cardholderId: 'u1' } });
  await vi.waitFor(() => expect(document.querySelector('#cardholder-name')).not.toBeNull());
  flushSync();
  return document.activeElement?.id;
}

describe('a cardholder', () => {
  it('that was opened has the focus on the first card', async () => {
    navigation.openCardholder('u1');
    expect(await focused('7', '8')).toBe('card-7');
  });

  it('that was gone back to has it on the card that was left', async () => {
    navigation.openCardholder('u1', '8');
    expect(await focused('7', '8')).toBe('card-8');
  });

  it('shows with a ring which card the next Enter opens, until the focus goes elsewhere', async () => {
    navigation.openCardholder('u1', '8');
    await focused('7', '8');
    expect(document.activeElement?.hasAttribute('data-shows-focus')).toBe(true);
    document.getElementById('list')?.focus();
    expect(document.getElementById('card-8')?.hasAttribute('data-shows-focus')).toBe(false);
  });

  it('that is open already has it on the card that it is opened for once more', async () => {
    navigation.openCardholder('u1');
    expect(await focused('7', '8')).toBe('card-7');
    navigation.openCardholder('u1', '8');
    flushSync();
    expect(document.activeElement?.id).toBe('card-8');
  });

  it('without a card has it on the name, not on what issues one', async () => {
    navigation.openCardholder('u1');
    expect(await focused()).toBe('cardholder-name');
  });

  it('asks before a second card where Tab finds the answers, and Escape leaves only the question', async () => {
    navigation.openCardholder('u1');
    await focused('7');
    document.getElementById('issue-card')?.click();
    await vi.waitFor(() => expect(document.activeElement?.querySelector('#issue-confirm')).not.toBeNull());
    expect(document.activeElement?.tagName).toBe('DIV');
    expect(document.activeElement?.querySelector('[aria-keyshortcuts="Escape"]')).not.toBeNull();
    currentActions()
      .findLast(({ keys }) => keys === 'close')
      ?.run();
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('issue-card'));
    expect(document.getElementById('issue-confirm')).toBeNull();
    expect(navigation.detail.kind).toBe('cardholder');
    expect(backend.issueCard).not.toHaveBeenCalled();
  });

  it('that is only looked at leaves it in the list', async () => {
    navigation.showCardholder('u1');
    expect(await focused('7')).toBe('list');
  });
});
