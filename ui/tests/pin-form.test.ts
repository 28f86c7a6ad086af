// Setting a PIN: the code first, the secrets handed over once and gone from the page with it, and each way out told.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { navigation, type CardForm } from '../src/lib/app/navigation.svelte';
import { backend, type CardView, type ErrorCode, type FieldProblem, type LinkedCardView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import PinForm from '../src/screens/card/PinForm.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    requestPinCode: vi.fn(),
    setPin: vi.fn(),
    setHeldPin: vi.fn(),
    dropHeldPin: vi.fn(),
    directory: vi.fn(),
    linkedCards: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));
const requestPinCode = vi.mocked(backend.requestPinCode);
const setPin = vi.mocked(backend.setPin);
const setHeldPin = vi.mocked(backend.setHeldPin);
const dropHeldPin = vi.mocked(backend.dropHeldPin);
const directory = vi.mocked(backend.directory);
const linkedCards = vi.mocked(backend.linkedCards);

const PIN = '918273645546';
const CODE = '482 915';
const card = {
  card: { cardId: '48213', cardholderId: 'u1', lastFour: '4417' },
  cardholderDisplayName: 'Ramírez, Ana',
  actions: [{ action: 'verify_pin', notOffered: null }],
} as unknown as CardView;
const set = { state: 'set', at: '2026-11-24T16:00:00Z', operator: 'Operadora' } as const;

function failing(code: ErrorCode, params: Record<string, string> = {}, fields: FieldProblem[] = []): BackendError {
  const reference = null;
  return new BackendError({ code, message: null, params, field: null, fields, retryable: false, reference });
}

let mounted: ReturnType<typeof mount> | undefined;
const onrefused = vi.fn();

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
}
async function open(): Promise<void> {
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(PinForm, { target, props: { card, form: 'set_pin', onchanged: vi.fn(), onrefused } });
  await settle();
}
async function close(): Promise<void> {
  if (mounted) await unmount(mounted);
  mounted = undefined;
}

beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-11-24T16:00:00Z') });
  for (const mock of [requestPinCode, setPin, setHeldPin, dropHeldPin, directory, linkedCards, onrefused])
    mock.mockReset();
  requestPinCode.mockResolvedValue({
    displayName: 'Ramírez, Ana',
    email: 'ana@example.com',
    sentAt: '2026-11-24T16:00:00Z',
    expiresAt: '2026-11-24T16:05:00Z',
  });
  setPin.mockResolvedValue(set);
  setHeldPin.mockResolvedValue(set);
  dropHeldPin.mockResolvedValue(null);
  linkedCards.mockResolvedValue([{ lastFour: '4417' } as LinkedCardView]);
  await open();
});
afterEach(async () => {
  await close();
  forgetProfile();
  vi.useRealTimers();
});

const at = (selector: string) => document.querySelector<HTMLElement>(selector);
const field = (id: string) => document.getElementById(id) as HTMLInputElement;
const values = () => ['oneTimeCode', 'pin', 'pinAgain'].map((id) => field(id).value);

async function press(selector: string): Promise<void> {
  at(selector)?.click();
  await settle();
}
function type(id: string, text: string): void {
  field(id).value = text;
  field(id).dispatchEvent(new Event('input', { bubbles: true }));
  field(id).dispatchEvent(new FocusEvent('blur'));
  flushSync();
}
async function send(pin = PIN, again = pin): Promise<void> {
  type('oneTimeCode', CODE);
  type('pin', pin);
  type('pinAgain', again);
  await press('#pin-submit');
}

describe('the form for a PIN', () => {
  it('begins with the code, says where it went and until when it holds, and goes on in its field', async () => {
    expect(at('#pin')).toBeNull();
    expect(document.activeElement?.id).toBe('pin-ask');
    await press('#pin-ask');
    expect(requestPinCode.mock.calls).toEqual([[{ cardId: '48213', userId: null }]]);
    expect(at('#pin-sent')?.textContent).toContain('ana@example.com');
    expect(at('#pin-until')?.textContent).toContain('10:05');
    expect(document.activeElement?.id).toBe('oneTimeCode');
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    flushSync();
    expect(at('#pin-until')).toBeNull();
    await press('#pin-ask');
    expect(at('#pin-until')).not.toBeNull();
  });

  it('never shows a PIN, hands it over once, and has nothing of it from then on', async () => {
    await press('#pin-ask');
    expect([field('pin').type, field('pinAgain').type]).toEqual(['password', 'password']);
    let answer: (submitted: typeof set) => void = () => undefined;
    setPin.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    await send();
    expect(setPin.mock.calls).toEqual([
      [{ owner: { cardId: '48213', userId: null }, code: CODE, pin: PIN, pinAgain: PIN }],
    ]);
    expect(values()).toEqual(['', '', '']);
    await press('#pin-submit');
    answer(set);
    await settle();
    expect(setPin).toHaveBeenCalledTimes(1);
    expect(at('#pin-done')?.textContent).toContain('Operadora');
    expect(document.documentElement.outerHTML).not.toContain(PIN);
  });

  it.each([
    ['12a4', 'pin-problem'],
    ['258', 'pin-problem'],
    ['9182736455461', 'pin-problem'],
  ])('stops %s at its field, with everything still in it', async (pin, problem) => {
    await press('#pin-ask');
    await send(pin);
    expect(setPin).not.toHaveBeenCalled();
    expect(at(`#${problem}`)).not.toBeNull();
    expect(values()).toEqual([CODE, pin, pin]);
    expect(document.activeElement?.id).toBe('error-summary');
  });

  it('keeps saying what is missing when the summary takes the focus from an empty field', async () => {
    await press('#pin-ask');
    field('oneTimeCode').focus();
    await press('#pin-submit');
    await settle();
    expect(document.activeElement?.id).toBe('error-summary');
    expect(document.querySelectorAll('#error-summary li')).toHaveLength(3);
  });

  it('stops two that differ', async () => {
    await press('#pin-ask');
    await send(PIN, '918273645547');
    expect(setPin).not.toHaveBeenCalled();
    expect(at('#pinAgain-problem')).not.toBeNull();
  });

  it.each([
    ['the window loses the focus', () => window.dispatchEvent(new Event('blur'))],
    ['it is closed', () => close()],
  ])('empties its fields when %s, and keeps the code that was asked for', async (_, end) => {
    await press('#pin-ask');
    type('oneTimeCode', CODE);
    type('pin', PIN);
    const fields = ['oneTimeCode', 'pin', 'pinAgain'].map(field);
    await end();
    flushSync();
    expect(fields.map(({ value }) => value)).toEqual(['', '', '']);
    await close();
    await open();
    expect(at('#pin-sent')).not.toBeNull();
    expect(values()).toEqual(['', '', '']);
    expect(requestPinCode).toHaveBeenCalledTimes(1);
  });

  it('says why a code was not taken and lets another one be asked for', async () => {
    await press('#pin-ask');
    setPin.mockRejectedValue(failing('code_refused', { code: '7000' }));
    await send();
    expect(at('#pin-failure')).not.toBeNull();
    expect(values()).toEqual(['', '', '']);
    expect(at('#pin-again-note')?.textContent).toContain('otra vez');
    expect(document.activeElement?.id).toBe('oneTimeCode');
    expect(onrefused).toHaveBeenCalled();
    await press('#pin-ask');
    expect(requestPinCode).toHaveBeenCalledTimes(2);
    expect(at('#pin-failure')).toBeNull();
  });

  it('does not burn a try on a code that is too short where its length is known', async () => {
    await press('#pin-ask');
    type('oneTimeCode', '4829');
    type('pin', PIN);
    type('pinAgain', PIN);
    await press('#pin-submit');
    expect(setPin).not.toHaveBeenCalled();
    expect(at('#oneTimeCode-problem')?.textContent).toContain('6 números');
    expect(values()).toEqual(['4829', PIN, PIN]);
  });

  it('names an address once where the person has no other name', async () => {
    requestPinCode.mockResolvedValue({
      displayName: 'ana@example.com',
      email: 'ana@example.com',
      sentAt: '2026-11-24T16:00:00Z',
      expiresAt: null,
    });
    await press('#pin-ask');
    expect(at('#pin-sent')?.textContent?.trim()).toBe('Enviado a ana@example.com.');
  });

  it('has the card and its record asked for anew where the gateway refuses at a field', async () => {
    await press('#pin-ask');
    const problem = { field: 'pin', code: 'refused_by_gateway', severity: 'error', params: {} } as const;
    setPin.mockRejectedValue(failing('gateway_refused', {}, [problem]));
    await send();
    expect(at('#pin-problem')).not.toBeNull();
    expect(onrefused).toHaveBeenCalledTimes(1);
  });

  it('offers to verify a PIN whose outcome is lost, with the code that is used up named', async () => {
    navigation.openCard('u1', '48213');
    await press('#pin-ask');
    setPin.mockRejectedValue(failing('pin_uncertain', { code_is_spent: 'true' }));
    await send();
    expect(document.activeElement?.id).toBe('pin-ask');
    await press('#pin-verify');
    expect(navigation.cardForm).toBe('verify_pin');
  });

  it('lets a code be typed that may be on its way although the answer was lost', async () => {
    requestPinCode.mockRejectedValue(failing('gateway_timed_out'));
    await press('#pin-ask');
    expect(at('#oneTimeCode')).not.toBeNull();
    expect(at('#pin-failure')).not.toBeNull();
  });
});

describe('a code that is of no use any more', () => {
  it('is not told of in a form that is opened anew, which begins with its button', async () => {
    navigation.openCard('u1', '48213');
    navigation.openCardForm('set_pin');
    await close();
    await open();
    await press('#pin-ask');
    setPin.mockRejectedValue(failing('gateway_refused', { code: '7213', code_is_spent: 'true' }));
    await send();
    expect(at('#pin-form')?.textContent).toContain('ya se usó');
    await close();
    navigation.openCardForm('set_pin');
    await open();
    expect(at('#pin-form')?.textContent).not.toContain('ya se usó');
    expect(document.activeElement?.id).toBe('pin-ask');
  });

  it('is not asked for again where the desk may not set PINs: the reason comes first and has the focus', async () => {
    await press('#pin-ask');
    setPin.mockRejectedValue(failing('gateway_forbidden', { permission: 'assignPIN', code_is_spent: 'true' }));
    await send();
    expect(at('#pin-form')?.textContent).not.toContain('ya se usó');
    expect(at('form > :not(.whose)')?.contains(at('#pin-failure'))).toBe(true);
    expect(document.activeElement?.contains(at('#pin-failure'))).toBe(true);
  });
});

describe('a PIN that is easy to guess', () => {
  beforeEach(async () => {
    await press('#pin-ask');
    setPin.mockResolvedValue({ state: 'weak', weakness: 'run', held: 'h1' });
    await send('1234');
  });

  it('is asked about, and set by the word alone: it does not cross again', async () => {
    expect(document.activeElement?.id).toBe('pin-another');
    expect(at('#pin')).toBeNull();
    await press('#pin-go-on');
    expect(setHeldPin.mock.calls).toEqual([['h1']]);
    expect(at('#pin-done')).not.toBeNull();
  });

  it('is given up at the desk when another one is to be typed', async () => {
    await press('#pin-another');
    expect(dropHeldPin.mock.calls).toEqual([['h1']]);
    expect(at('#pin-weak')).toBeNull();
    // The code is as good as before, since nothing was sent: the PIN alone is typed again.
    expect(values()).toEqual([CODE, '', '']);
    expect(document.activeElement?.id).toBe('pin');
  });

  it('does not bring the code back once the window has lost the focus', async () => {
    window.dispatchEvent(new Event('blur'));
    flushSync();
    await settle();
    expect(values()).toEqual(['', '', '']);
  });

  it('is given up when the window loses the focus, and when the form is closed', async () => {
    window.dispatchEvent(new Event('blur'));
    flushSync();
    expect(at('#pin-weak')).toBeNull();
    expect(at('#pin-failure')).not.toBeNull();
    await send('1234');
    await close();
    expect(dropHeldPin).toHaveBeenCalledTimes(2);
  });
});

describe('the PIN of somebody who shares the card', () => {
  async function choose(): Promise<void> {
    await press('#pin-shared');
    directory.mockResolvedValue({
      rows: [
        { cardholderId: 'u2', displayName: 'Choc, Byron', username: 'b@example.com', documentNumber: '2', cards: [] },
      ],
    } as never);
    field('pin-user').value = 'choc';
    field('pin-user').dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    field('pin-user').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await settle();
  }
  const opens = async (form: CardForm) => {
    await close();
    navigation.closeCardForm();
    navigation.openCardForm(form);
    await open();
  };

  it.each([
    ['was closed', () => Promise.resolve()],
    ['has set it', () => send()],
  ])('is not what a form begins with that is opened after one that %s', async (_, end) => {
    navigation.openCard('u1', '48213');
    await opens('set_pin');
    await choose();
    await press('#pin-ask');
    await end();
    await opens('set_pin');
    expect((field('pin-holder') as HTMLInputElement).checked).toBe(true);
    expect(at('#pin-user-chosen')).toBeNull();
    expect(at('#pin-sent')).toBeNull();
    await press('#pin-ask');
    expect(requestPinCode).toHaveBeenLastCalledWith({ cardId: '48213', userId: null });
  });

  it('has the button for its code take the focus once somebody is chosen', async () => {
    await choose();
    expect(document.activeElement?.id).toBe('pin-ask');
    expect(at('#pin-not-shared')).toBeNull();
  });

  it.each([
    [[], true],
    [[{ lastFour: '0932' }], true],
    [[{ lastFour: '0932' }, { lastFour: null }], false],
  ])('is warned of before the code is asked for where they are known not to share it: %j', async (linked, isWarned) => {
    linkedCards.mockResolvedValue(linked as LinkedCardView[]);
    await choose();
    expect(linkedCards).toHaveBeenCalledWith('u2');
    expect(at('#pin-not-shared') !== null).toBe(isWarned);
    if (isWarned) expect(at('#pin-not-shared')?.textContent).toContain('Choc, Byron no comparte');
  });

  it('is told of where the gateway finds that they do not share it, in words of this form', async () => {
    await choose();
    await press('#pin-ask');
    setPin.mockRejectedValue(failing('gateway_not_found', { code: '7220', code_is_spent: 'true' }));
    await send();
    expect(at('#pin-failure')?.textContent).toContain('Choc, Byron no comparte');
    expect(at('#pin-failure')?.textContent).not.toContain('correo');
  });

  it('is still what the form is for after a look at another screen', async () => {
    await choose();
    await close();
    await open();
    expect(at('#pin-user-chosen')?.textContent).toContain('Choc, Byron');
  });

  it('is not what the form is for after its end was looked away from', async () => {
    await choose();
    await press('#pin-ask');
    await send();
    await close();
    await open();
    expect((field('pin-holder') as HTMLInputElement).checked).toBe(true);
  });

  it('is for whoever is chosen, to whom the code goes', async () => {
    await press('#pin-ask');
    await press('#pin-shared');
    expect(at('#pin-sent')).toBeNull();
    expect(at('#pin-ask')).toBeNull();
    directory.mockResolvedValue({
      rows: [
        {
          cardholderId: 'u1',
          displayName: 'Ramírez, Ana',
          username: 'ana@example.com',
          documentNumber: '1',
          cards: [],
        },
        { cardholderId: 'u2', displayName: 'Choc, Byron', username: 'b@example.com', documentNumber: '2', cards: [] },
      ],
    } as never);
    field('pin-user').value = 'choc';
    field('pin-user').dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    expect(document.querySelectorAll('#pin-user-list li')).toHaveLength(1);
    field('pin-user').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await settle();
    expect(at('#pin-user-chosen')?.textContent).toContain('Choc, Byron');
    await press('#pin-ask');
    expect(requestPinCode).toHaveBeenLastCalledWith({ cardId: '48213', userId: 'u2' });
    await send();
    expect(setPin.mock.calls[0]?.[0].owner).toEqual({ cardId: '48213', userId: 'u2' });
    expect(at('#pin-done')?.textContent).toContain('Choc, Byron');
    expect(at('#pin-verify')).toBeNull();
  });
});
