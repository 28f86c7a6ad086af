// What is typed right after the palette's key belongs to the palette, however late it comes.
import { describe, expect, it, vi } from 'vitest';
import { TypedAhead } from '../src/frame/typed-ahead.svelte';

function press(ahead: TypedAhead, key: string, more: Partial<KeyboardEvent> = {}) {
  const preventDefault = vi.fn();
  const event = { key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, preventDefault, ...more };
  return { closes: ahead.take(event), isTaken: preventDefault.mock.calls.length === 1 };
}

describe('what is typed ahead', () => {
  it('is kept in its order and given away once', () => {
    const ahead = new TypedAhead();
    for (const key of ['r', 'a', 'x', 'Backspace', 'm'])
      expect(press(ahead, key)).toEqual({ closes: false, isTaken: true });
    expect([ahead.give(), ahead.give()]).toEqual(['ram', '']);
  });

  it('reaches nothing below: an Enter too early does nothing, and Escape takes the palette back', () => {
    const ahead = new TypedAhead();
    expect(press(ahead, 'Enter')).toEqual({ closes: false, isTaken: true });
    expect(press(ahead, 'Escape')).toEqual({ closes: true, isTaken: true });
    expect(ahead.text).toBe('');
  });

  it('leaves chords to whoever they are for', () => {
    expect(press(new TypedAhead(), 'k', { ctrlKey: true })).toEqual({ closes: false, isTaken: false });
  });
});
