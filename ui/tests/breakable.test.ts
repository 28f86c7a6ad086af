// A long path breaks between its folders, not in the middle of a word.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import Breakable from '../src/lib/components/Breakable.svelte';

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
});

function shown(text: string): HTMLElement {
  document.body.innerHTML = '<p></p>';
  const target = document.querySelector('p') as HTMLElement;
  mounted = mount(Breakable, { target, props: { text } });
  flushSync();
  return target;
}

/** The texts between the places where a line may end. */
const pieces = (of: HTMLElement) =>
  of.innerHTML
    .replace(/<!--.*?-->/g, '')
    .split(/<wbr\/?>/)
    .map((piece) => piece.trim());

describe('a path', () => {
  it('may break after each separator and reads as it is', () => {
    const element = shown('Se guarda en /home/operador/Documentos/Cardesk');
    expect(pieces(element)).toEqual(['Se guarda en /', 'home/', 'operador/', 'Documentos/', 'Cardesk']);
    expect(element.textContent).toBe('Se guarda en /home/operador/Documentos/Cardesk');
  });

  it('may be one of Windows', () => {
    expect(pieces(shown('C:\\Users\\ana'))).toEqual(['C:\\', 'Users\\', 'ana']);
  });
});
