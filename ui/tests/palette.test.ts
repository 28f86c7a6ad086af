// The palette opens a form by keyboard, and the form keeps the focus that it takes.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
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
});
