// The CVV on screen: with a reason, for some seconds that count down, and gone from the page at once when it has to be.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type CardView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import CvvForm from '../src/screens/card/CvvForm.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { revealCvv: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));
const revealCvv = vi.mocked(backend.revealCvv);

const DIGITS = '0427';
const card = { card: { cardId: '48213', lastFour: '4417' }, actions: [] } as unknown as CardView;
const onrefused = vi.fn();
let mounted: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  onrefused.mockReset();
  revealCvv.mockReset().mockResolvedValue({ digits: DIGITS, seconds: 20 });
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(CvvForm, { target, props: { card, form: 'reveal_cvv', onchanged: vi.fn(), onrefused } });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  vi.useRealTimers();
});

const at = (selector: string) => document.querySelector<HTMLElement>(selector);
const page = () => document.documentElement.outerHTML;

async function ask(reason = 'Llama desde el hotel'): Promise<void> {
  const input = at('#cvv-reason') as HTMLInputElement;
  input.value = reason;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  at('#cvv-submit')?.click();
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
}

describe('a CVV', () => {
  it('is asked for with the reason, shown once in text and in no attribute, and counts down', async () => {
    await ask('  Llama desde el hotel ');
    expect(revealCvv.mock.calls).toEqual([['48213', 'Llama desde el hotel']]);
    expect(page().split(DIGITS)).toHaveLength(2);
    expect(at('.digits')?.textContent).toBe(DIGITS);
    expect(at('.digits')?.closest('[role="status"]')).not.toBeNull();
    expect(at('#cvv-left')?.getAttribute('aria-hidden')).toBe('true');
    expect(at('#cvv-left')?.textContent).toContain('20');
    await vi.advanceTimersByTimeAsync(13_000);
    flushSync();
    expect(at('#cvv-left')?.textContent).toContain('7');
    expect(page()).toContain(DIGITS);
  });

  it('has the card’s record asked for again as soon as it is shown, since who saw it stands there', async () => {
    await ask();
    expect(page()).toContain(DIGITS);
    expect(onrefused).toHaveBeenCalledOnce();
  });

  it('leaves the page when its seconds are over, and the next one is asked for again', async () => {
    await ask();
    await vi.advanceTimersByTimeAsync(20_000);
    flushSync();
    expect(page()).not.toContain(DIGITS);
    expect(at('#cvv-gone')).not.toBeNull();
    expect((at('#cvv-reason') as HTMLInputElement).value).toBe('Llama desde el hotel');
    await ask();
    expect(revealCvv).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['the window loses the focus', () => window.dispatchEvent(new Event('blur'))],
    ['it is hidden by its button', () => at('#cvv-hide')?.click()],
  ])('leaves the page at once when %s', async (_, end) => {
    await ask();
    end();
    flushSync();
    expect(page()).not.toContain(DIGITS);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page()).not.toContain(DIGITS);
  });

  it('leaves the page with its form', async () => {
    await ask();
    if (mounted) await unmount(mounted);
    mounted = undefined;
    expect(page()).not.toContain(DIGITS);
  });

  it('that comes when the window has lost the focus is not shown', async () => {
    let answer: (shown: { digits: string; seconds: number }) => void = () => undefined;
    revealCvv.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    await ask();
    window.dispatchEvent(new Event('blur'));
    answer({ digits: DIGITS, seconds: 20 });
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
    expect(page()).not.toContain(DIGITS);
    expect(at('#cvv-gone')).not.toBeNull();
  });

  it('can not be selected or copied', async () => {
    await ask();
    const copy = new Event('copy', { bubbles: true, cancelable: true });
    at('.digits')?.dispatchEvent(copy);
    expect(copy.defaultPrevented).toBe(true);
  });

  it('is not shown without a reason that the desk takes, which is told at its field', async () => {
    const problem = { field: 'reason', code: 'missing', severity: 'error', params: {} } as const;
    revealCvv.mockRejectedValue(
      new BackendError({
        code: 'fields_need_mending',
        message: null,
        params: {},
        field: 'reason',
        fields: [problem],
        retryable: false,
        reference: null,
      }),
    );
    await ask('');
    expect(at('#cvv-reason-problem')).not.toBeNull();
    expect(at('#cvv-shown')).toBeNull();
    expect(onrefused).not.toHaveBeenCalled();
  });

  it('that the gateway refuses is told, and the card is looked at again', async () => {
    revealCvv.mockRejectedValue(
      new BackendError({
        code: 'gateway_refused',
        message: 'no',
        params: { code: '7213' },
        field: null,
        fields: [],
        retryable: false,
        reference: null,
      }),
    );
    await ask();
    expect(at('#cvv-failure')?.textContent).toContain('7213');
    expect(onrefused).toHaveBeenCalled();
  });

  it('is hidden by Escape, which closes the form only after that', async () => {
    const escape = () => currentActions().findLast((action) => action.keys === 'close');
    navigation.openCard('u1', '48213');
    navigation.openCardForm('reveal_cvv');
    await ask();
    // The key is shown on what it does now.
    expect(at('#cvv-close')?.getAttribute('aria-keyshortcuts')).toBeNull();
    escape()?.run();
    flushSync();
    expect(page()).not.toContain(DIGITS);
    expect(navigation.cardForm).toBe('reveal_cvv');
    expect(at('#cvv-close')?.getAttribute('aria-keyshortcuts')).toBe('Escape');
    escape()?.run();
    expect(navigation.cardForm).toBeNull();
  });
});
