// The palette opens a form by keyboard, and the form keeps the focus that it takes. Enter acts on what answers exactly what is
// typed, however late that comes.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type DirectoryPage } from '../src/lib/backend';
import Palette from '../src/frame/Palette.svelte';
import PaletteOfOne from './palette-of-one.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { directory: vi.fn() } }));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  navigation.showNothing();
  vi.mocked(backend.directory).mockReset();
});

const person = (cardholderId: string, ...lastFours: string[]) => ({
  cardholderId,
  displayName: cardholderId,
  documentType: null,
  documentNumber: null,
  cards: lastFours.map((lastFour) => ({ cardId: `${cardholderId}-${lastFour}`, lastFour, state: 'active' })),
});
const page = (...rows: Array<ReturnType<typeof person>>) =>
  ({ rows, matched: rows.length, total: 100, located: null }) as unknown as DirectoryPage;

async function shownPalette(run: () => void = vi.fn()): Promise<HTMLInputElement> {
  mounted = mount(PaletteOfOne, {
    target: document.getElementById('here') as HTMLElement,
    props: { Palette, run },
  });
  flushSync();
  return vi.waitFor(() => {
    const found = document.getElementById('palette-search');
    expect(found).not.toBeNull();
    return found as HTMLInputElement;
  });
}

function press(input: HTMLInputElement, key: string): void {
  input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

function type(input: HTMLInputElement, text: string): void {
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

describe('the palette', () => {
  it('runs what was chosen after it has given the focus back', async () => {
    document.body.innerHTML = '<button id="before">x</button><input id="form-field" /><div id="here"></div>';
    document.getElementById('before')?.focus();
    const seen: Array<string | undefined> = [];
    const run = () => {
      seen.push(document.activeElement?.id);
      document.getElementById('form-field')?.focus();
    };
    const input = await shownPalette(run);
    await vi.waitFor(() => expect(document.querySelector('[aria-selected="true"]')).not.toBeNull());
    input.focus();
    press(input, 'Enter');
    await vi.waitFor(() => expect(seen).toEqual(['before']));
    await vi.waitFor(() => expect(document.getElementById('palette-search')).toBeNull());
    expect(document.activeElement?.id).toBe('form-field');
  });

  it('shows and opens the card whose last four were typed, before whoever else begins alike', async () => {
    const rows = [...Array.from({ length: 9 }, (_, at) => person(`ana${at}`, '7777')), person('calel', '2392', '2509')];
    vi.mocked(backend.directory).mockResolvedValue(page(...rows));
    document.body.innerHTML = '<div id="here"></div>';
    const input = await shownPalette();
    type(input, '2509');
    const chosen = await vi.waitFor(() => {
      const selected = document.querySelector('[data-command-item][aria-selected="true"]');
      expect(selected?.textContent).toContain('calel');
      return selected;
    });
    expect(chosen?.textContent).toContain('2509');
    expect(chosen?.textContent).not.toContain('2392');
    press(input, 'Enter');
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'calel' }));
    expect(navigation.takeFocus()).toEqual({ cardId: 'calel-2509' });
  });
});

describe('Enter in the palette', () => {
  const answers: Array<{ give: (found: DirectoryPage) => void; fail: () => void }> = [];
  beforeEach(() => {
    answers.length = 0;
    vi.mocked(backend.directory).mockImplementation(
      () =>
        new Promise((give, fail) => {
          answers.push({ give, fail: () => fail(new Error('no answer')) });
        }),
    );
    document.body.innerHTML = '<div id="here"></div>';
  });

  /** The people of `an` are there; `ana` is typed, and its answer is on its way. */
  async function awaited(): Promise<HTMLInputElement> {
    const input = await shownPalette();
    type(input, 'an');
    answers[0]?.give(page(person('andrea'), person('anabel')));
    await vi.waitFor(() => expect(chosen()).toContain('andrea'));
    type(input, 'ana');
    await settled();
    return input;
  }
  const chosen = () => document.querySelector('[data-command-item][aria-selected="true"]')?.textContent;
  const settled = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setTimeout(done, 0));
    flushSync();
  };

  it('waits for whoever is found by exactly what is typed, and opens the first of them', async () => {
    const input = await awaited();
    press(input, 'Enter');
    await settled();
    expect(navigation.detail).toEqual({ kind: 'none' });
    answers[1]?.give(page(person('ana'), person('anabel')));
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'ana' }));
  });

  it('no longer counts once something else is typed', async () => {
    const input = await awaited();
    press(input, 'Enter');
    type(input, 'anab');
    answers[1]?.give(page(person('ana'), person('anabel')));
    answers[2]?.give(page(person('anabel')));
    await settled();
    expect(navigation.detail).toEqual({ kind: 'none' });
    expect(chosen()).toContain('anabel');
    press(input, 'Enter');
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'anabel' }));
  });

  it('opens whoever was moved to, if they are still found, and nobody in their place', async () => {
    const input = await awaited();
    press(input, 'ArrowDown');
    press(input, 'Enter');
    answers[1]?.give(page(person('ana'), person('anabel')));
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'anabel' }));
  });

  it('opens nobody where whoever was moved to is not found any more, or nothing could be searched', async () => {
    const input = await awaited();
    press(input, 'ArrowDown');
    press(input, 'Enter');
    answers[1]?.give(page(person('ana')));
    await settled();
    expect(navigation.detail).toEqual({ kind: 'none' });
    type(input, 'anac');
    press(input, 'Enter');
    answers[2]?.fail();
    await settled();
    press(input, 'Enter');
    await settled();
    expect(navigation.detail).toEqual({ kind: 'none' });
    expect(document.querySelectorAll('[data-command-item]')).toHaveLength(0);
  });
});
