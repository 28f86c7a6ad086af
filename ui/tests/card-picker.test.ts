// Choosing the card that money goes to: what was typed decides which card Enter takes, and where it can't, nothing is taken.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backend, type CardholderRow, type DirectoryPage } from '../src/lib/backend';
import ErrorSummary from '../src/lib/components/ErrorSummary.svelte';
import CardPicker from '../src/screens/card/CardPicker.svelte';
import { pickerProps } from './picker-props.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { directory: vi.fn() } }));

const person = (
  displayName: string,
  cards: Array<[string, string] | [string, string, string]>,
  documentNumber = '90062526',
) =>
  ({
    cardholderId: displayName,
    displayName,
    documentNumber,
    cards: cards.map(([cardId, lastFour, state = 'active']) => ({ cardId, lastFour, state })),
  }) as unknown as CardholderRow;

const page = (rows: CardholderRow[], matched = rows.length) =>
  ({ rows, matched, total: 100, located: null }) as unknown as DirectoryPage;

const calel = person('Calel, Tomás', [
  ['a', '2392'],
  ['b', '2509', 'blocked'],
]);

let mounted: ReturnType<typeof mount> | undefined;
const onchoose = vi.fn();
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  vi.clearAllMocks();
});

function show(more: Record<string, unknown> = {}): HTMLInputElement {
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(CardPicker, {
    target: document.getElementById('here') as HTMLElement,
    props: { id: 'to', label: 'Recibe', except: 'payer', value: null, onchoose, ...more },
  });
  flushSync();
  return document.getElementById('to') as HTMLInputElement;
}

function write(text: string): void {
  const input = document.getElementById('to') as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

const press = (key: string) => {
  document.getElementById('to')?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  flushSync();
};
const offered = () =>
  [...document.querySelectorAll<HTMLElement>('#to-list [data-key]')].map(({ dataset }) => dataset.key);
const highlighted = () => document.querySelector<HTMLElement>('#to-list [aria-selected="true"]')?.dataset.key;

async function typed(text: string, answer: DirectoryPage): Promise<void> {
  vi.mocked(backend.directory).mockResolvedValue(answer);
  show();
  write(text);
  await vi.waitFor(() => expect(document.querySelector<HTMLElement>('#to-list')?.hidden).toBe(false));
  flushSync();
}

describe('the card that money goes to', () => {
  it('is the one whose last four were typed, and no other of the same person is offered', async () => {
    await typed('2509', page([calel]));
    expect(offered()).toEqual(['b']);
    expect(highlighted()).toBe('b');
    press('Enter');
    await vi.waitFor(() => expect(onchoose).toHaveBeenCalledExactlyOnceWith('b'));
  });

  it('stands first where the digits were typed beside a name', async () => {
    await typed('calel 2509', page([calel]));
    expect(offered()).toEqual(['b', 'a']);
    expect(highlighted()).toBe('b');
  });

  it('is taken by nothing but an arrow where several people have such a card', async () => {
    await typed('2509', page([calel, person('Xol, Rosa', [['c', '2509']])]));
    expect(offered()).toEqual(['b', 'c']);
    expect(highlighted()).toBeUndefined();
    press('Enter');
    await new Promise((done) => setTimeout(done));
    expect(onchoose).not.toHaveBeenCalled();
    press('ArrowDown');
    press('ArrowDown');
    press('Enter');
    await vi.waitFor(() => expect(onchoose).toHaveBeenCalledExactlyOnceWith('c'));
  });

  it('is not preselected while more people match than were looked through', async () => {
    await typed('2509', page([calel], 101));
    expect(highlighted()).toBeUndefined();
  });

  it('is not preselected among several cards of a person who was named', async () => {
    await typed('calel', page([calel]));
    expect(offered()).toEqual(['a', 'b']);
    expect(highlighted()).toBeUndefined();
  });

  it('is preselected where a person who was named has no other', async () => {
    await typed('xol', page([person('Xol, Rosa', [['c', '2509']])]));
    expect(highlighted()).toBe('c');
  });

  it('is nobody’s other card where the card that pays was named', async () => {
    await typed(
      '0998',
      page([
        person('Caal, Ana', [
          ['payer', '0998'],
          ['d', '1629'],
        ]),
      ]),
    );
    expect(offered()).toEqual([]);
    press('Enter');
    await new Promise((done) => setTimeout(done));
    expect(onchoose).not.toHaveBeenCalled();
  });

  it('is not preselected where four digits only begin a document', async () => {
    await typed('2509', page([person('Xol, Rosa', [['c', '7777']], '2509412030101')]));
    expect(offered()).toEqual(['c']);
    expect(highlighted()).toBeUndefined();
  });

  it('is taken from the list that answers what was typed last, also where Enter comes before it', async () => {
    await typed('25', page([person('Xol, Rosa', [['c', '2501']])]));
    expect(highlighted()).toBe('c');
    let answer: (page: DirectoryPage) => void = () => undefined;
    vi.mocked(backend.directory).mockReturnValue(new Promise((done) => (answer = done)));
    write('2509');
    press('Enter');
    answer(page([calel]));
    await vi.waitFor(() => expect(onchoose).toHaveBeenCalledExactlyOnceWith('b'));
  });

  it('says at the choice that a blocked card takes no money, and once chosen what to do', async () => {
    await typed('2509', page([calel]));
    const choice = document.querySelector('#to-list [data-key="b"]')?.textContent ?? '';
    expect(choice).toContain('Bloqueada');
    expect(choice).toContain('No puede recibir dinero');
    if (mounted) await unmount(mounted);
    mounted = mount(CardPicker, { target: document.getElementById('here') as HTMLElement, props: pickerProps() });
    flushSync();
    write('2509');
    await vi.waitFor(() => expect(highlighted()).toBe('b'));
    press('Enter');
    await vi.waitFor(() => expect(document.getElementById('to-chosen')).not.toBeNull());
    const chosen = document.getElementById('to-chosen')?.textContent ?? '';
    expect(chosen).toContain('Bloqueada');
    expect(chosen).toContain('Desbloquéela');
  });

  it('is led to by what is wrong with the field, while a card is chosen too', async () => {
    vi.mocked(backend.directory).mockResolvedValue(page([calel]));
    document.body.innerHTML = '<div id="here"></div><div id="summary"></div>';
    mounted = mount(CardPicker, { target: document.getElementById('here') as HTMLElement, props: pickerProps() });
    flushSync();
    write('2509');
    await vi.waitFor(() => expect(highlighted()).toBe('b'));
    press('Enter');
    await vi.waitFor(() => expect(document.getElementById('to-chosen')).not.toBeNull());
    const summary = mount(ErrorSummary, {
      target: document.getElementById('summary') as HTMLElement,
      props: { problems: [{ field: 'to', message: 'No acepta dinero' }], attempt: 1 },
    });
    flushSync();
    document.querySelector<HTMLAnchorElement>('#error-summary a')?.click();
    expect(document.activeElement?.id).toBe('to');
    expect(document.activeElement?.closest('#to-chosen')).not.toBeNull();
    await unmount(summary);
  });
});
