// Verifying a PIN: handed over once, told plainly, and never left in its field.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type CardView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import VerifyPinForm from '../src/screens/card/VerifyPinForm.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { verifyPin: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));
const verifyPin = vi.mocked(backend.verifyPin);

const card = { card: { cardId: '48213', lastFour: '4417' }, actions: [] } as unknown as CardView;
const onrefused = vi.fn();
let mounted: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  onrefused.mockReset();
  verifyPin.mockReset().mockResolvedValue({ state: 'correct' });
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(VerifyPinForm, { target, props: { card, form: 'verify_pin', onchanged: vi.fn(), onrefused } });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

const field = () => document.getElementById('pin') as HTMLInputElement;
const verdict = () => document.getElementById('pin-verdict');

async function verify(pin: string): Promise<void> {
  field().value = pin;
  document.getElementById('verify-pin-form-submit')?.click();
  await vi.waitFor(() => {
    flushSync();
    expect(document.querySelector('[aria-busy]')).toBeNull();
  });
}

describe('verifying a PIN', () => {
  it('hands it over once, says that it is right, and leaves nothing in the field', async () => {
    expect(field().type).toBe('password');
    await verify('918273645546');
    expect(verifyPin.mock.calls).toEqual([['48213', '918273645546']]);
    expect(verdict()?.dataset.verdict).toBe('correct');
    expect(field().value).toBe('');
    expect(document.activeElement).toBe(field());
  });

  it('says plainly that it is wrong, by the gateway’s code, and that the gateway counts', async () => {
    verifyPin.mockResolvedValue({ state: 'incorrect', triesLeft: null });
    await verify('2580');
    expect(verdict()?.dataset.verdict).toBe('incorrect');
    expect(verdict()?.textContent).toContain('7205');
    expect(verdict()?.querySelector('[role=alert]')?.textContent).toContain('7205');
  });

  it.each([
    [2, 'Quedan 2 intentos'],
    [1, 'Queda un intento'],
    [0, 'Ya no quedan intentos'],
  ])('says how many tries are left where the gateway does: %i', async (triesLeft, said) => {
    verifyPin.mockResolvedValue({ state: 'incorrect', triesLeft });
    await verify('2580');
    expect(verdict()?.textContent).toContain(said);
  });

  it.each(['12a4', '258', '9182736455461', ''])('stops %j at its field and sends nothing', async (pin) => {
    await verify(pin);
    expect(verifyPin).not.toHaveBeenCalled();
    expect(document.getElementById('pin-problem')).not.toBeNull();
    expect(field().value).toBe(pin);
  });

  it('keeps saying that it is missing when the summary takes the focus from the empty field', async () => {
    await verify('');
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('error-summary'));
    flushSync();
    expect(document.getElementById('pin-problem')?.textContent).toContain('Falta');
    expect(document.activeElement?.id).toBe('error-summary');
  });

  it('says that a try may have been counted when the answer is lost', async () => {
    verifyPin.mockRejectedValue(
      new BackendError({
        code: 'gateway_timed_out',
        message: null,
        params: {},
        field: null,
        fields: [],
        retryable: false,
        reference: null,
      }),
    );
    await verify('2580');
    expect(document.getElementById('verify-pin-form-failure')?.querySelectorAll('p')).toHaveLength(2);
    expect(field().value).toBe('');
    expect(onrefused).toHaveBeenCalled();
  });

  const refusedState = () =>
    new BackendError({
      code: 'gateway_refused',
      message: 'The PIN is locked after too many wrong tries: set a new one.',
      params: { code: '7213' },
      field: null,
      fields: [],
      retryable: false,
      reference: null,
    });
  const failure = () => document.getElementById('verify-pin-form-failure')?.textContent ?? '';

  it('says that the PIN is locked, by nobody’s change, and leads to setting another', async () => {
    navigation.openCard('u1', '48213');
    verifyPin.mockRejectedValue(refusedState());
    await verify('2580');
    expect(failure()).toContain('El PIN está bloqueado');
    expect(failure()).toContain('is locked after too many');
    expect(failure()).not.toContain('Alguien la cambió');
    expect(field()).toBeNull();
    const button = document.getElementById('verify-pin-form-submit');
    expect(button?.textContent).toContain('Asignar el PIN');
    button?.click();
    expect(verifyPin).toHaveBeenCalledOnce();
    expect(navigation.cardForm).toBe('set_pin');
    navigation.forget();
  });

  it('leads to setting another once the last try is gone', async () => {
    verifyPin.mockResolvedValue({ state: 'incorrect', triesLeft: 0 });
    await verify('2580');
    await vi.waitFor(() => expect(document.activeElement?.textContent).toContain('Asignar el PIN'));
  });

  it('is empty once the window has lost the focus', () => {
    field().value = '2580';
    window.dispatchEvent(new Event('blur'));
    flushSync();
    expect(field().value).toBe('');
    expect(document.getElementById('pin-problem')).not.toBeNull();
    field().dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    expect(document.getElementById('pin-problem')).toBeNull();
  });
});
