// Secrets on screen and in fields go when they have to: with the window's focus, out of sight, with the company, at the end.
import { describe, expect, it, vi } from 'vitest';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { forgetSecrets, keepSecret, takeSecret } from '../src/lib/app/secrecy';

describe('a secret', () => {
  it('is forgotten when the window loses the focus, is left or is hidden, and when another company is worked in', () => {
    const forget = vi.fn();
    const end = keepSecret(forget);
    window.dispatchEvent(new Event('blur'));
    window.dispatchEvent(new Event('pagehide'));
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    forgetProfile();
    expect(forget).toHaveBeenCalledTimes(4);
    forgetSecrets();
    expect(forget).toHaveBeenCalledTimes(5);
    end();
    expect(forget).toHaveBeenCalledTimes(6);
    window.dispatchEvent(new Event('blur'));
    expect(forget).toHaveBeenCalledTimes(6);
  });

  it('that is taken out of its field is not in it any more', () => {
    const field = document.createElement('input');
    field.value = '918273645546';
    expect(takeSecret(field)).toBe('918273645546');
    expect(field.value).toBe('');
    expect(takeSecret(undefined)).toBe('');
  });
});
