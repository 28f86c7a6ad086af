// The focus of the window: what had it may go or be put out of use, and it is never nowhere.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AfterClosing, holdLostFocus, takeLostFocus } from '../src/lib/app/focus';

let end: () => void;
const at = (id: string) => document.getElementById(id) as HTMLElement;

beforeEach(() => {
  document.body.innerHTML = `<button id="top">x</button><section id="sheet"><form id="form">
    <input id="field" /><button id="send">x</button></form></section>`;
  end = holdLostFocus();
});
afterEach(() => end());

describe('the focus', () => {
  it('of what is taken away stays with what that stood in', async () => {
    at('field').focus();
    at('field').remove();
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('form'));
    expect(at('form').tabIndex).toBe(-1);
    // And further out, where that goes as well.
    at('form').remove();
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('sheet'));
  });

  it('of what is put out of use does too, and goes back once that is in use again', async () => {
    at('field').focus();
    (at('field') as HTMLInputElement).disabled = true;
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('form'));
    (at('field') as HTMLInputElement).disabled = false;
    takeLostFocus(at('field'));
    expect(document.activeElement?.id).toBe('field');
  });

  it('is left to whoever knows a better place, and to whoever went elsewhere', async () => {
    at('send').focus();
    at('send').remove();
    at('top').focus();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    expect(document.activeElement?.id).toBe('top');
    takeLostFocus(at('field'));
    expect(document.activeElement?.id).toBe('top');
  });
});

describe('what a dialog leads to', () => {
  it('waits until the dialog has given the focus back, and is done once', async () => {
    const then = vi.fn();
    const after = new AfterClosing();
    after.set(then);
    after.closed();
    expect(then).not.toHaveBeenCalled();
    await Promise.resolve();
    after.closed();
    await Promise.resolve();
    expect(then).toHaveBeenCalledOnce();
  });
});
