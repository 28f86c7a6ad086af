// The list of cardholders by keyboard: the card whose digits were typed is the one that is shown and opened, and what is open
// is told from where the keys are.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type ActionOffer, type CardholderRow, type DirectoryQuery } from '../src/lib/backend';
import { currentActions } from '../src/lib/app/actions.svelte';
import Cardholders from '../src/screens/cardholders/Cardholders.svelte';
import CardholderList from '../src/screens/cardholders/CardholderList.svelte';
import { directory } from '../src/screens/cardholders/directory.svelte';
import { directoryRows } from '../src/screens/cardholders/directory-file';

vi.mock('../src/lib/backend', () => ({ backend: { directory: vi.fn() } }));
const company = vi.hoisted(() => ({ actions: [] as ActionOffer[] }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ actions: company.actions, blocked: null }),
  sessionIsOpen: () => false,
  refreshSession: () => Promise.resolve(),
}));

const person = (cardholderId: string, cards: string[] = ['1111'], documentNumber = '1') =>
  ({
    cardholderId,
    displayName: `Persona ${cardholderId}`,
    documentType: null,
    documentNumber,
    username: '',
    phoneNumber: '',
    cards: cards.map((lastFour) => ({ cardId: `${cardholderId}-${lastFour}`, lastFour, state: 'active' })),
  }) as CardholderRow;

let people: CardholderRow[] = [];
let mounted: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(400);
  window.matchMedia = (() => ({ matches: false })) as unknown as typeof matchMedia;
  vi.mocked(backend.directory).mockImplementation(({ offset, limit, locate }: DirectoryQuery) =>
    Promise.resolve({
      rows: people.slice(offset, offset + limit),
      matched: people.length,
      total: people.length,
      located: locate === null ? null : people.findIndex(({ cardholderId }) => cardholderId === locate),
    }).then((page) => ({ ...page, located: page.located === -1 ? null : page.located })),
  );
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  forgetProfile();
  vi.restoreAllMocks();
});

async function show(...those: CardholderRow[]): Promise<void> {
  people = those;
  navigation.showNothing();
  await directory.load();
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(CardholderList, { target: document.getElementById('here') as HTMLElement });
  flushSync();
}

const search = () => document.getElementById('directory-search') as HTMLInputElement;
async function find(text: string): Promise<void> {
  search().value = text;
  search().dispatchEvent(new Event('input', { bubbles: true }));
  await directory.settled();
  flushSync();
}
const press = (key: string, on: HTMLElement = search()) =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const rowOf = (index: number) => document.getElementById(`directory-list-row-${index}`);
const words = (index: number) => (rowOf(index)?.textContent ?? '').replace(/\s+/g, ' ');

describe('the card whose last four were typed', () => {
  it('is the one that stands in the row, marked, and that is copied', async () => {
    await show(person('calel', ['2392', '2509']));
    expect(words(0)).toContain('2392');
    await find('2509');
    expect(words(0)).toContain('2509');
    expect(words(0)).not.toContain('2392');
    expect([...(rowOf(0)?.querySelectorAll('b') ?? [])].map((each) => each.textContent)).toContain('2509');
    const copied = directoryRows(people, directory.columns.shown, directory.text);
    expect(copied.rows[0]?.join(' ')).toContain('2509');
  });

  it('is the one that Enter leads to, and the next Enter opens', async () => {
    await show(person('calel', ['2392', '2509']));
    await find('2509');
    press('Enter');
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'calel' }));
    expect(navigation.takeFocus()).toEqual({ cardId: 'calel-2509' });
    press('Enter');
    await vi.waitFor(() =>
      expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'calel', cardId: 'calel-2509' }),
    );
  });

  it('is opened before whoever has a document that begins alike', async () => {
    await show(person('ana', ['7777'], '2509412030101'), person('calel', ['2509']));
    await find('2509');
    press('Enter');
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'calel' }));
    expect(directory.position.active).toBe(1);
  });
});

describe('who is open beside the list', () => {
  const many = Array.from({ length: 250 }, (_, index) => person(`c${index}`));

  it('has the active row after it was opened from elsewhere, also where that row was not fetched yet', async () => {
    await show(...many);
    navigation.openCardholder('c1');
    flushSync();
    expect(directory.position.active).toBe(1);
    navigation.openCardholder('c230');
    await vi.waitFor(() => {
      flushSync();
      expect(directory.position.active).toBe(230);
    });
  });

  it('leaves no other row active where it stands in none', async () => {
    await show(person('c0'), person('c1'));
    navigation.openCardholder('c1');
    flushSync();
    expect(rowOf(1)?.getAttribute('aria-current')).toBe('true');
    navigation.openCardholder('elsewhere');
    await vi.waitFor(() => {
      flushSync();
      expect(directory.position.active).toBe(-1);
    });
    expect(document.querySelector('[aria-current]')).toBeNull();
  });

  it('is told from the row that the keys are at', async () => {
    await show(person('c0'), person('c1'));
    navigation.openCardholder('c1');
    flushSync();
    // The keys move on at once; what is open follows a moment later.
    press('ArrowUp', document.getElementById('directory-list') as HTMLElement);
    flushSync();
    expect(rowOf(0)?.getAttribute('aria-selected')).toBe('true');
    expect(rowOf(0)?.getAttribute('aria-current')).toBeNull();
    expect(rowOf(1)?.getAttribute('aria-selected')).toBe('false');
    expect(rowOf(1)?.getAttribute('aria-current')).toBe('true');
  });

  it('offers no way of registering that the company may not do, by button, key or palette, and says why', async () => {
    const denied = { notOffered: 'permission_missing', permission: 'USER_REGISTRATION' } as const;
    company.actions = [
      { action: 'register', ...denied },
      { action: 'invite', ...denied },
    ];
    await show(person('a'));
    if (mounted) await unmount(mounted);
    mounted = mount(Cardholders, { target: document.getElementById('here') as HTMLElement });
    flushSync();
    const register = document.getElementById('register') as HTMLButtonElement;
    expect([register.disabled, register.title]).toEqual([true, expect.stringContaining('USER_REGISTRATION')]);
    for (const id of ['register', 'invite']) {
      expect(currentActions().find((action) => action.id === id)?.notOffered).toContain('USER_REGISTRATION');
    }
    company.actions = [];
  });
});
