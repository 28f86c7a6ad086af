// Global keys: each does its one thing, from wherever the focus is, and none of them types.
import { describe, expect, it } from 'vitest';
import { actionFor, isTyping, meansThePage, type Action } from '../src/lib/app/actions.svelte';

const nothing = () => undefined;
const register: Action = { id: 'register', title: 'action.register', keys: 'new', run: nothing };
const palette: Action = { id: 'palette', title: 'palette.open', keys: 'palette', run: nothing };
const closeList: Action = { id: 'close', title: 'action.close', keys: 'close', run: nothing };
const closeForm: Action = { id: 'close-form', title: 'action.close', keys: 'close', run: nothing };
const all = [register, palette, closeList, closeForm];

function press(
  key: string,
  more: KeyboardEventInit = {},
  target: HTMLElement = document.createElement('div'),
): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  document.body.append(target);
  target.dispatchEvent(event);
  return event;
}

describe('global keys', () => {
  it('find their action', () => {
    expect(actionFor(press('n', { ctrlKey: true }), all)).toBe(register);
    expect(actionFor(press('k', { ctrlKey: true }), all)).toBe(palette);
  });

  it('work from text fields, lists of options and text areas, whose letters they leave alone', () => {
    for (const kind of ['input', 'textarea', 'select']) {
      expect(actionFor(press('n', { ctrlKey: true }, document.createElement(kind)), all), kind).toBe(register);
      expect(actionFor(press('n', {}, document.createElement(kind)), all), kind).toBeUndefined();
    }
    expect(isTyping(Object.assign(document.createElement('input'), { type: 'checkbox' }))).toBe(false);
  });

  it('never select the whole page, but leave Ctrl+A to text fields and lists', () => {
    const selectAll = (kind: string) => press('a', { ctrlKey: true }, document.createElement(kind));
    for (const kind of ['div', 'button', 'select']) expect(meansThePage(selectAll(kind)), kind).toBe(true);
    for (const kind of ['input', 'textarea']) expect(meansThePage(selectAll(kind)), kind).toBe(false);
    const taken = selectAll('div');
    taken.preventDefault();
    expect(meansThePage(taken)).toBe(false);
    expect(meansThePage(press('a'))).toBe(false);
  });

  it('never find in, print or reload the window as if it were a page, wherever the focus is', () => {
    for (const key of ['f', 'p', 'r']) {
      expect(meansThePage(press(key, { ctrlKey: true }, document.createElement('input'))), key).toBe(true);
      expect(meansThePage(press(key.toUpperCase(), { ctrlKey: true, shiftKey: true })), key).toBe(true);
      expect(meansThePage(press(key, {}, document.createElement('input'))), key).toBe(false);
    }
  });

  it('close from a text field too', () => {
    expect(actionFor(press('Escape', {}, document.createElement('input')), all)).toBe(closeForm);
  });

  it('close what was opened last', () => {
    expect(actionFor(press('Escape'), all)).toBe(closeForm);
    expect(actionFor(press('Escape'), [closeList])).toBe(closeList);
  });

  it('do nothing when held down, taken by a control, or part of composing a letter', () => {
    expect(actionFor(press('n', { ctrlKey: true, repeat: true }), all)).toBeUndefined();
    expect(actionFor(press('n', { ctrlKey: true, isComposing: true }), all)).toBeUndefined();
    const event = press('n', { ctrlKey: true });
    event.preventDefault();
    expect(actionFor(event, all)).toBeUndefined();
  });
});
