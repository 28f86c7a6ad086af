// A copy button tells at itself what came of it, and a screen reader hears it: nothing else shows that a text was copied.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { work } from '../src/lib/app/work.svelte';
import CopyButton from '../src/lib/components/CopyButton.svelte';
import { copyProps } from './copy-props.svelte';

const copyText = vi.hoisted(() => vi.fn());
vi.mock('../src/lib/app/copy-text', () => ({ copyText }));

let props: ReturnType<typeof copyProps>;
let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<div id="here"></div>';
  props = copyProps();
  mounted = mount(CopyButton, {
    target: document.getElementById('here') as HTMLElement,
    props,
  });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  vi.useRealTimers();
});

const words = () => document.getElementById('here')?.textContent?.replace(/\s+/g, ' ').trim();
const drawing = () => document.querySelector('#copy path')?.getAttribute('d');
const heard = () => document.querySelector('body > [role=status]')?.textContent;

async function pressed(isCopied: boolean): Promise<void> {
  copyText.mockResolvedValueOnce(isCopied);
  document.getElementById('copy')?.click();
  await vi.advanceTimersByTimeAsync(100);
  flushSync();
}

it('turns to a check and a word for two seconds, keeps its name and says nothing at the lower edge', async () => {
  const before = drawing();
  await pressed(true);
  expect(copyText).toHaveBeenLastCalledWith('CD-1');
  expect(words()).toBe('Copiar Copiado');
  expect(document.querySelector('#copy [aria-hidden=true].copied')).not.toBeNull();
  expect(drawing()).not.toBe(before);
  expect(heard()).toBe('Copiado');
  expect(work.ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2_000);
  flushSync();
  expect(words()).toBe('Copiar');
  expect(drawing()).toBe(before);
});

it('is heard again where it is pressed again', async () => {
  await pressed(true);
  copyText.mockResolvedValueOnce(true);
  document.getElementById('copy')?.click();
  await vi.advanceTimersByTimeAsync(20);
  expect(heard()).toBe('');
  await vi.advanceTimersByTimeAsync(100);
  expect(heard()).toBe('Copiado');
});

it('says beside itself what to do where it could not be copied, until it can', async () => {
  await pressed(false);
  await vi.advanceTimersByTimeAsync(10_000);
  flushSync();
  expect(words()).toContain('No se pudo copiar: márquelo y cópielo con Ctrl+C');
  expect(heard()).toContain('No se pudo copiar');
  await pressed(true);
  expect(words()).toBe('Copiar Copiado');
});

it('forgets that one text could not be copied once it has another to copy', async () => {
  await pressed(false);
  expect(words()).toContain('No se pudo copiar');
  props.text = 'CD-2';
  flushSync();
  expect(words()).toBe('Copiar');
});

it('tells nothing of a text that has gone while it was being copied', async () => {
  let end: (isCopied: boolean) => void = () => undefined;
  copyText.mockReturnValueOnce(new Promise((resolve) => (end = resolve)));
  document.getElementById('copy')?.click();
  props.text = 'CD-2';
  end(true);
  await vi.advanceTimersByTimeAsync(100);
  flushSync();
  expect(words()).toBe('Copiar');
});
