// Enter in a form: on to the next field and to the button at last, and never its end; that is Ctrl+Enter.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { enterIn, MISSING } from '../src/lib/app/enter';

const submit = vi.fn();

beforeEach(() => {
  submit.mockReset();
  document.body.innerHTML = `<form>
    <a href="#first" id="link">x</a><input id="first"><select id="second"></select><textarea id="third"></textarea>
    <button type="button" id="aside">x</button><button type="submit" id="last">x</button>
  </form>`;
  document.querySelector('form')?.addEventListener('keydown', (event) => enterIn(event, submit));
});

/** Whether the browser would go on with the key by itself. */
function press(id: string, more: KeyboardEventInit = {}): boolean {
  const control = document.getElementById(id) as HTMLElement;
  control.focus();
  return control.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more }),
  );
}

describe('Enter in a form', () => {
  it('goes on to the next field, and from the last one to the button', () => {
    for (const [from, to] of [
      ['first', 'second'],
      ['second', 'third'],
    ] as const) {
      expect(press(from)).toBe(false);
      expect(document.activeElement?.id).toBe(to);
    }
    expect(submit).not.toHaveBeenCalled();
  });

  it('submits with Ctrl from every field', () => {
    for (const id of ['first', 'second', 'third']) expect(press(id, { ctrlKey: true }), id).toBe(false);
    expect(submit).toHaveBeenCalledTimes(3);
  });

  it('is left to buttons, links, and fields of several lines', () => {
    for (const id of ['aside', 'last', 'link', 'third']) expect(press(id), id).toBe(true);
    expect(submit).not.toHaveBeenCalled();
  });

  it('comes from the last field to the button, which shows that the next key is its own', () => {
    document.getElementById('third')?.remove();
    press('second');
    const last = document.getElementById('last');
    expect(document.activeElement).toBe(last);
    expect(last?.hasAttribute('data-shows-focus')).toBe(true);
    last?.blur();
    expect(last?.hasAttribute('data-shows-focus')).toBe(false);
  });

  it('goes on to nothing that is out of use', () => {
    document.getElementById('second')?.setAttribute('disabled', '');
    press('first');
    expect(document.activeElement?.id).toBe('third');
  });

  it('stays in a field that has to be filled in and is empty, which says so', () => {
    const missing = vi.fn();
    const first = document.getElementById('first') as HTMLInputElement;
    first.setAttribute('aria-required', 'true');
    document.addEventListener(MISSING, missing);
    first.value = ' ';
    press('first');
    expect(document.activeElement?.id).toBe('first');
    expect(missing).toHaveBeenCalledTimes(1);
    first.value = '5';
    press('first');
    expect(document.activeElement?.id).toBe('second');
    expect(missing).toHaveBeenCalledTimes(1);
    document.removeEventListener(MISSING, missing);
    expect(submit).not.toHaveBeenCalled();
  });
});
