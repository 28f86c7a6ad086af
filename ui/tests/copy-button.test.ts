// A copy button tells at itself what came of it, and a screen reader hears it: nothing else shows that a text was copied.
import { createRawSnippet, flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { work } from '../src/lib/app/work.svelte';
import CopyButton from '../src/lib/components/CopyButton.svelte';

const copyText = vi.hoisted(() => vi.fn());
vi.mock('../src/lib/app/copy-text', () => ({ copyText }));

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(CopyButton, {
    target: document.getElementById('here') as HTMLElement,
    props: { id: 'copy', text: 'CD-1', children: createRawSnippet(() => ({ render: () => '<span>Copiar</span>' })) },
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
