// Idle time in the window: counted from the last key or pointer, told to the desk now and then, and over to the second.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleWatch } from '../src/lib/app/idle-watch';

const tell = vi.fn();
const end = vi.fn();
let watch: IdleWatch;

beforeEach(() => {
  vi.useFakeTimers();
  tell.mockReset();
  end.mockReset();
  watch = new IdleWatch(tell, end);
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

const press = () => {
  const event = new KeyboardEvent('keydown', { key: 'a', bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event;
};
const move = (screenX: number) =>
  document.body.dispatchEvent(new MouseEvent('pointermove', { bubbles: true, screenX, screenY: 40 }));

describe('the watch over idle time', () => {
  it('ends when nobody has done anything for the time, and once', () => {
    watch.start(2);
    vi.advanceTimersByTime(119_000);
    expect(end).not.toHaveBeenCalled();
    move(100);
    vi.advanceTimersByTime(119_999);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(end).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(600_000);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('does not take the page that moves below a still pointer for somebody', () => {
    watch.start(1);
    move(100);
    vi.advanceTimersByTime(30_000);
    move(100);
    vi.advanceTimersByTime(29_999);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('tells the desk at most every ten seconds, and of the last activity within ten', () => {
    watch.start(5);
    vi.advanceTimersByTime(10_000);
    for (let key = 0; key < 25; key += 1) {
      press();
      vi.advanceTimersByTime(1_000);
    }
    expect(tell.mock.calls.length).toBeLessThanOrEqual(3);
    const before = tell.mock.calls.length;
    press();
    vi.advanceTimersByTime(10_000);
    expect(tell.mock.calls.length).toBe(before + 1);
    vi.advanceTimersByTime(200_000);
    expect(tell.mock.calls.length).toBe(before + 1);
  });

  it('takes the first key after a night in which the computer slept for none', () => {
    watch.start(30);
    const heard = vi.fn();
    document.body.addEventListener('keydown', heard);
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    expect(press().defaultPrevented).toBe(true);
    expect(heard).not.toHaveBeenCalled();
    expect(end).toHaveBeenCalledTimes(1);
    expect(tell).not.toHaveBeenCalled();
    document.body.removeEventListener('keydown', heard);
  });

  it('ends within two seconds of such a night, though nobody touches anything', () => {
    watch.start(30);
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    vi.advanceTimersByTime(2_000);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('is not shortened or lengthened by a clock that is set back', () => {
    watch.start(1);
    vi.setSystemTime(Date.now() - 8 * 3_600_000);
    vi.advanceTimersByTime(59_000);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(end).toHaveBeenCalledTimes(1);
  });

  it('goes on counting when another time is chosen, and counts no more when it is stopped', () => {
    watch.start(10);
    vi.advanceTimersByTime(90_000);
    watch.start(2);
    vi.advanceTimersByTime(30_000);
    expect(end).toHaveBeenCalledTimes(1);
    watch.start(1);
    watch.stop();
    press();
    vi.advanceTimersByTime(600_000);
    expect(end).toHaveBeenCalledTimes(1);
    expect(tell).not.toHaveBeenCalled();
  });
});
