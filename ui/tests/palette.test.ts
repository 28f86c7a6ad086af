// The palette opens a form by keyboard, and the form keeps the focus that it takes.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type DirectoryPage } from '../src/lib/backend';
import Palette from '../src/frame/Palette.svelte';
import PaletteOfOne from './palette-of-one.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { directory: vi.fn() } }));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

describe('the palette', () => {
  it('runs what was chosen after it has given the focus back', async () => {
    document.body.innerHTML = '<button id="before">x</button><input id="form-field" /><div id="here"></div>';
    document.getElementById('before')?.focus();
    const seen: Array<string | undefined> = [];
    const run = () => {
      seen.push(document.activeElement?.id);
      document.getElementById('form-field')?.focus();
    };
    mounted = mount(PaletteOfOne, {
      target: document.getElementById('here') as HTMLElement,
      props: { Palette, run },
    });
    flushSync();
    const input = await vi.waitFor(() => {
      const found = document.getElementById('palette-search');
      expect(found).not.toBeNull();
      expect(document.querySelector('[aria-selected="true"]')).not.toBeNull();
      return found as HTMLInputElement;
    });
    input.focus();
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await vi.waitFor(() => expect(seen).toEqual(['before']));
    await vi.waitFor(() => expect(document.getElementById('palette-search')).toBeNull());
    expect(document.activeElement?.id).toBe('form-field');
  });

  it('shows and opens the card whose last four were typed, before whoever else begins alike', async () => {
    const person = (cardholderId: string, ...lastFours: string[]) => ({
      cardholderId,
      displayName: cardholderId,
      documentType: null,
      documentNumber: null,
      cards: lastFours.map((lastFour) => ({ cardId: `${cardholderId}-${lastFour}`, lastFour, state: 'active' })),
    });
    const rows = [...Array.from({ length: 9 }, (_, at) => person(`ana${at}`, '7777')), person('calel', '2392', '2509')];
    vi.mocked(backend.directory).mockResolvedValue({
      rows,
      matched: rows.length,
      total: 100,
      located: null,
    } as unknown as DirectoryPage);
    document.body.innerHTML = '<div id="here"></div>';
    mounted = mount(PaletteOfOne, {
      target: document.getElementById('here') as HTMLElement,
      props: { Palette, run: vi.fn() },
    });
    flushSync();
    const input = (await vi.waitFor(() => {
      const found = document.getElementById('palette-search');
      expect(found).not.toBeNull();
      return found;
    })) as HTMLInputElement;
    input.value = '2509';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    const chosen = await vi.waitFor(() => {
      const selected = document.querySelector('[data-command-item][aria-selected="true"]');
      expect(selected?.textContent).toContain('calel');
      return selected;
    });
    expect(chosen?.textContent).toContain('2509');
    expect(chosen?.textContent).not.toContain('2392');
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'calel' }));
    expect(navigation.takeFocus()).toEqual({ cardId: 'calel-2509' });
  });
});
