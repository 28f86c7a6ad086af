// The registration form on screen: what only warns is asked about above the fields, once, and nothing is sent silently or not.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { backend, type ActionOffer, type FieldProblem } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import Register from '../src/screens/cardholders/Register.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { checkRegistration: vi.fn(), registerCardholder: vi.fn(), directory: vi.fn() },
}));
const company = vi.hoisted(() => ({ actions: [] as ActionOffer[], refreshed: vi.fn(() => Promise.resolve()) }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({
    profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' },
    actions: company.actions,
  }),
  refreshSession: company.refreshed,
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({
  directory: { find: () => Promise.resolve(), count: () => Promise.resolve() },
}));
const check = vi.mocked(backend.checkRegistration);
const register = vi.mocked(backend.registerCardholder);
const directory = vi.mocked(backend.directory);

const problem = (code: FieldProblem['code'], severity: FieldProblem['severity']): FieldProblem => ({
  field: 'documentNumber',
  code,
  severity,
  params: {},
});

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  check.mockReset().mockResolvedValue([]);
  company.refreshed.mockClear();
  directory.mockReset().mockResolvedValue({ rows: [], matched: 0, total: 0, located: null });
  register.mockReset().mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(Register, { target: document.getElementById('here') as HTMLElement, props: { mode: 'personal' } });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  forgetProfile();
  vi.useRealTimers();
});

const field = (id: string) => document.getElementById(id) as HTMLInputElement;

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
}
function type(id: string, text: string): void {
  field(id).value = text;
  field(id).dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}
const send = (id: string) =>
  field(id).dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }),
  );

async function reopen(): Promise<void> {
  if (mounted) await unmount(mounted);
  mounted = mount(Register, { target: document.getElementById('here') as HTMLElement, props: { mode: 'personal' } });
  flushSync();
}

describe('a document that somebody has already', () => {
  const holder = (displayName: string, documentNumber: string | null) => ({ displayName, documentNumber });
  const told = () => document.getElementById('documentNumber-problem')?.textContent.trim();

  beforeEach(() => {
    const rows = [holder('Ramírez, Ana', '2512389470101'), holder('Choc, Byron', '25123894701012'), holder('X', null)];
    directory.mockResolvedValue({ rows, matched: 3, total: 9, located: null } as never);
  });

  it('is told at its field with whose it is, asked for once typing rests, and gone with the next digit', async () => {
    type('documentNumber', '2512 38947 010');
    await settle(100);
    type('documentNumber', '2512 38947 0101');
    await settle(300);
    expect(directory).toHaveBeenCalledOnce();
    expect(directory.mock.lastCall?.[0].text).toBe('2512389470101');
    expect(told()).toContain('Ramírez, Ana');
    expect(told()).not.toContain('Choc');
    expect(field('documentNumber').getAttribute('aria-invalid')).toBeNull();
    type('documentNumber', '2512 38947 01019');
    expect(told()).toBeUndefined();
  });

  it('holds nothing up: neither what has to be mended, nor a registration, nor a directory that does not answer', async () => {
    type('documentNumber', '2512389470101');
    await settle(300);
    send('documentNumber');
    await settle();
    expect(register).toHaveBeenCalledOnce();
    check.mockResolvedValue([problem('document_form', 'error')]);
    type('documentNumber', '2512389470101');
    send('documentNumber');
    await settle(300);
    expect(told()).not.toContain('Ramírez');
    directory.mockRejectedValue(new Error('nobody answers'));
    type('documentNumber', '2512389470102');
    await settle(300);
    expect(told()).not.toContain('Ramírez');
  });
});

describe('registering on screen', () => {
  it('begins an empty form without what was wrong before, and a half-filled one with it', async () => {
    check.mockResolvedValue([problem('missing', 'error')]);
    type('firstName', 'Ana');
    send('firstName');
    await settle();
    await reopen();
    expect(document.querySelector('.problem')).not.toBeNull();
    type('firstName', '');
    send('firstName');
    await settle();
    await reopen();
    expect(document.querySelector('.problem')).toBeNull();
    await settle(300);
    expect(document.querySelector('.problem')).toBeNull();
  });

  it('sends right after the last error was mended, whatever its recheck and the field that is left ask meanwhile', async () => {
    check.mockResolvedValue([problem('missing', 'error')]);
    send('documentNumber');
    await settle();
    expect(document.activeElement?.id).toBe('error-summary');
    // From here on every answer takes a while, as the shell's do.
    check.mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve([]), 50)));
    field('documentNumber').focus();
    type('documentNumber', '1234567890101');
    await settle(180);
    send('documentNumber');
    field('documentNumber').dispatchEvent(new FocusEvent('blur'));
    await settle(300);
    expect(register).toHaveBeenCalledOnce();
  });

  it('asks about what only warns above the fields, and goes on by its own button alone', async () => {
    check.mockResolvedValue([problem('dpi_check_digit', 'warning')]);
    send('firstName');
    await settle();
    send('firstName');
    await settle();
    expect(register).not.toHaveBeenCalled();
    const doubts = document.getElementById('doubt-summary');
    expect(document.activeElement).toBe(doubts);
    expect(doubts?.querySelector('a')?.getAttribute('href')).toBe('#documentNumber');
    expect(doubts?.textContent).toContain('dígito verificador');
    const anyway = document.getElementById('register-anyway');
    expect(anyway?.textContent).toContain('Registrar de todos modos');
    anyway?.click();
    await settle();
    expect(register).toHaveBeenCalledOnce();
  });

  it('asks what is on offer again once it was denied, and is sent no more when it is not', async () => {
    register.mockRejectedValue(
      new BackendError({
        code: 'gateway_forbidden',
        message: null,
        params: { permission: 'USER_REGISTRATION' },
        field: null,
        fields: [],
        retryable: false,
        reference: null,
      }),
    );
    send('documentNumber');
    await settle();
    expect(company.refreshed).toHaveBeenCalledOnce();
    if (mounted) await unmount(mounted);
    company.actions = [{ action: 'register', notOffered: 'permission_missing', permission: 'USER_REGISTRATION' }];
    mounted = mount(Register, { target: document.getElementById('here') as HTMLElement, props: { mode: 'personal' } });
    flushSync();
    expect((document.getElementById('register-submit') as HTMLButtonElement).disabled).toBe(true);
    expect(document.getElementById('register-why')?.textContent).toContain('USER_REGISTRATION');
    register.mockClear();
    send('documentNumber');
    await settle();
    expect(register).not.toHaveBeenCalled();
    company.actions = [];
  });
});
