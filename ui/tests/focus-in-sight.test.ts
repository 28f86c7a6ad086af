// A field with the focus lies above what covers a form's lower end, however it came to lie under it.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepsFocusInSight, staysInSight } from '../src/lib/app/focus-in-sight';

const COVERED = 150;
let end: (() => void) | undefined;
afterEach(() => end?.());

/** A form of 600 pixels whose second field begins at `top`. */
function open(top: number): HTMLElement {
  document.body.innerHTML = `<div id="pane"><form>
    <input id="first"><div class="field"><input id="second"><p>Hint</p></div>
    <div style="position: sticky"><button id="send">Send</button></div></form></div>`;
  const pane = document.getElementById('pane') as HTMLElement;
  const place = (selector: string, from: number, to: number) => {
    const element = document.querySelector(selector) as HTMLElement;
    element.getBoundingClientRect = () => new DOMRect(0, from - pane.scrollTop, 300, to - from);
  };
  pane.getBoundingClientRect = () => new DOMRect(0, 0, 300, 600);
  place('#first', 40, 74);
  place('.field', top, top + 60);
  place('#second', top, top + 34);
  place('#send', 500, 534);
  end = keepsFocusInSight(COVERED)(pane);
  return pane;
}

describe('a field that takes the focus', () => {
  it('is brought above what covers the lower end, with its hint', () => {
    const pane = open(430);
    document.getElementById('second')?.focus();
    expect(pane.scrollTop).toBe(430 + 60 + 8 - (600 - COVERED));
  });

  it('stays where it is where it is in sight', () => {
    const pane = open(300);
    document.getElementById('second')?.focus();
    expect(pane.scrollTop).toBe(0);
  });

  it('is brought below what covers the upper end', () => {
    const pane = open(300);
    end?.();
    end = keepsFocusInSight(COVERED, 60)(pane);
    document.getElementById('first')?.focus();
    expect(pane.scrollTop).toBe(40 - 8 - 60);
  });

  it('moves nothing where it is what covers', () => {
    const pane = open(430);
    document.getElementById('send')?.focus();
    expect(pane.scrollTop).toBe(0);
  });
});

describe('what was brought into sight', () => {
  it('is brought there again when what stands around it grows, until the operator does something', () => {
    let grow: () => void = () => undefined;
    const disconnect = vi.fn();
    vi.stubGlobal(
      'ResizeObserver',
      class {
        disconnect = disconnect;
        constructor(grown: () => void) {
          grow = grown;
        }
        observe(): void {}
      },
    );
    document.body.innerHTML = '<ul><li tabindex="-1">CD-1</li></ul>';
    const row = document.querySelector('li') as HTMLElement;
    const shown = vi.spyOn(row, 'scrollIntoView');
    row.focus();
    staysInSight(row);
    grow();
    expect(shown).toHaveBeenCalledTimes(2);
    dispatchEvent(new Event('wheel'));
    expect(disconnect).toHaveBeenCalledOnce();
    staysInSight(row);
    row.remove();
    grow();
    expect(shown).toHaveBeenCalledTimes(3);
    vi.unstubAllGlobals();
  });
});
