// The keys of every list: what an operator's hands rely on.
import { describe, expect, it } from 'vitest';
import { moveByClick, moveByKey, NOWHERE, toggle, type ListPosition } from '../src/lib/list/keyboard';
import { highlight } from '../src/lib/list/highlight';

const SHAPE = { rows: 100_000, page: 20, multiple: false };
const MANY = { rows: 50, page: 10, multiple: true };
const at = (active: number, selected: number[] = []): ListPosition => ({
  active,
  anchor: active,
  selected: new Set(selected),
});
const key = (name: string, { shift = false, mod = false } = {}) => ({ key: name, shift, mod });
const active = (from: ListPosition, name: string, shape = SHAPE) => moveByKey(from, key(name), shape)?.active;

describe('keys in a list', () => {
  it('begin at the top with the arrow down, at the end with the arrow up', () => {
    expect(active(NOWHERE, 'ArrowDown')).toBe(0);
    expect(active(NOWHERE, 'ArrowUp')).toBe(99_999);
  });

  it('stop at both ends', () => {
    expect(active(at(0), 'ArrowUp')).toBe(0);
    expect(active(at(99_999), 'ArrowDown')).toBe(99_999);
    expect(active(at(99_990), 'PageDown')).toBe(99_999);
  });

  it('move by what is in sight, one row kept', () => {
    expect(active(at(100), 'PageDown')).toBe(119);
    expect(active(at(100), 'PageUp')).toBe(81);
  });

  it('reach both ends with Home and End', () => {
    expect(active(at(100), 'Home')).toBe(0);
    expect(active(at(100), 'End')).toBe(99_999);
  });

  it('leave other keys to whoever wants them', () => {
    expect(moveByKey(at(3), key('x'), SHAPE)).toBeUndefined();
    expect(moveByKey(at(3), key('ArrowDown'), { ...SHAPE, rows: 0 })).toBeUndefined();
  });

  it('select the one row where only one can be selected', () => {
    expect([...(moveByKey(at(3), key('ArrowDown'), SHAPE)?.selected ?? [])]).toEqual([4]);
  });
});

describe('selecting several', () => {
  it('stretches from its anchor with Shift, and shrinks again', () => {
    const once = moveByKey(at(5), key('ArrowDown', { shift: true }), MANY) ?? NOWHERE;
    const twice = moveByKey(once, key('ArrowDown', { shift: true }), MANY) ?? NOWHERE;
    expect([...twice.selected]).toEqual([5, 6, 7]);
    const back = moveByKey(twice, key('ArrowUp', { shift: true }), MANY) ?? NOWHERE;
    expect([...back.selected]).toEqual([5, 6]);
  });

  it('keeps the selection while Ctrl moves, and adds with the space bar', () => {
    const moved = moveByKey(at(5, [1, 2]), key('ArrowDown', { mod: true }), MANY) ?? NOWHERE;
    expect([...moved.selected]).toEqual([1, 2]);
    const added = moveByKey(moved, key(' '), MANY) ?? NOWHERE;
    expect([...added.selected]).toEqual([1, 2, 6]);
    expect([...toggle(added, 6).selected]).toEqual([1, 2]);
  });

  it('takes everything with Ctrl+A', () => {
    expect(moveByKey(at(0), key('a', { mod: true }), MANY)?.selected.size).toBe(50);
  });

  it('follows the pointer as it follows the keys', () => {
    expect([...moveByClick(at(2), 6, { shift: true, mod: false }, true).selected]).toEqual([2, 3, 4, 5, 6]);
    expect([...moveByClick(at(2, [2]), 6, { shift: false, mod: true }, true).selected]).toEqual([2, 6]);
    expect([...moveByClick(at(2), 6, { shift: true, mod: false }, false).selected]).toEqual([6]);
  });
});

describe('what was typed', () => {
  it('shows in a name whatever its accents and case', () => {
    expect(highlight('Ramírez Núñez, María José', 'rami nu')).toEqual([
      { text: 'Ramí', found: true },
      { text: 'rez ', found: false },
      { text: 'Nú', found: true },
      { text: 'ñez, María José', found: false },
    ]);
  });

  it('never loses or adds a letter, hostile names included', () => {
    for (const name of ['<img onerror=alert(1)>', '=HYPERLINK("x")', 'Jose\u0301 ', 'İstanbul', '🙂 Ana', 'ﬁn']) {
      const parts = highlight(name, 'ana jos i <img');
      expect(parts.map((part) => part.text).join('')).toBe(name);
    }
  });
});
