// Global keys: each does its one thing, and none fires while someone types.
import { describe, expect, it } from 'vitest';
import { actionFor, chordOf, isTyping, selectsThePage, writeChord, type Action } from '../src/lib/app/actions.svelte';

const nothing = () => undefined;
const register: Action = { id: 'register', title: 'action.register', keys: 'n', run: nothing };
const palette: Action = { id: 'palette', title: 'palette.open', keys: 'mod+k', run: nothing };
const closeList: Action = { id: 'close', title: 'action.close', keys: 'escape', run: nothing };
const closeForm: Action = { id: 'close-form', title: 'action.close', keys: 'escape', run: nothing };
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
    expect(actionFor(press('n'), all)).toBe(register);
    expect(actionFor(press('k', { ctrlKey: true }), all)).toBe(palette);
  });

  it('keep away from text fields, lists of options and text areas', () => {
    for (const kind of ['input', 'textarea', 'select']) {
      expect(actionFor(press('n', {}, document.createElement(kind)), all)).toBeUndefined();
    }
    expect(isTyping(Object.assign(document.createElement('input'), { type: 'checkbox' }))).toBe(false);
  });

  it('never select the whole page, but leave Ctrl+A to text fields and lists', () => {
    const selectAll = (kind: string) => press('a', { ctrlKey: true }, document.createElement(kind));
    for (const kind of ['div', 'button', 'select']) expect(selectsThePage(selectAll(kind)), kind).toBe(true);
    for (const kind of ['input', 'textarea']) expect(selectsThePage(selectAll(kind)), kind).toBe(false);
    const taken = selectAll('div');
    taken.preventDefault();
    expect(selectsThePage(taken)).toBe(false);
    expect(selectsThePage(press('a'))).toBe(false);
  });

  it('with Ctrl, and Escape, work from a text field too', () => {
    const input = document.createElement('input');
    expect(actionFor(press('k', { ctrlKey: true }, input), all)).toBe(palette);
    expect(actionFor(press('Escape', {}, input), all)).toBe(closeForm);
  });

  it('close what was opened last', () => {
    expect(actionFor(press('Escape'), all)).toBe(closeForm);
    expect(actionFor(press('Escape'), [closeList])).toBe(closeList);
  });

  it('do nothing when held down, taken by a control, or part of composing a letter', () => {
    expect(actionFor(press('n', { repeat: true }), all)).toBeUndefined();
    expect(actionFor(press('n', { isComposing: true }), all)).toBeUndefined();
    const event = press('n');
    event.preventDefault();
    expect(actionFor(event, all)).toBeUndefined();
  });

  it('are written as they stand on the keyboard', () => {
    expect(writeChord('mod+k')).toBe('Ctrl\u00a0K');
    expect(writeChord('escape')).toBe('Esc');
    expect(chordOf(press('N', { shiftKey: true }))).toBe('n');
  });
});
