// Setting the lock: what is asked for follows what is done, passphrases are handed over once and leave their fields, and what can
// be said of them is said before that.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { lock } from '../src/lib/app/lock.svelte';
import { backend, type FieldProblem, type LockView, type SessionView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import LockSettings from '../src/screens/settings/LockSettings.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { changeLock: vi.fn(), lockNow: vi.fn(), reportActivity: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  adoptSession: (view: SessionView) => {
    lock.follow(view.lock);
    return Promise.resolve();
  },
}));
const changeLock = vi.mocked(backend.changeLock);

const view = (idleMinutes: number | null): LockView => ({
  idleMinutes,
  isLocked: false,
  waitSeconds: 0,
  isWorking: false,
  entryName: 'entry@Cardesk',
});
const PASSPHRASE = 'corre caballo';

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  changeLock
    .mockReset()
    .mockImplementation(({ idleMinutes }) => Promise.resolve({ lock: view(idleMinutes) } as SessionView));
  document.body.innerHTML = '<div id="here"></div>';
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  lock.follow(view(null));
});

function show(idleMinutes: number | null): void {
  lock.follow(view(idleMinutes));
  mounted = mount(LockSettings, { target: document.getElementById('here') as HTMLElement });
  flushSync();
}
const at = (id: string) => document.getElementById(id) as HTMLInputElement | null;
function choose(minutes: string): void {
  const list = document.getElementById('lock-idle') as HTMLSelectElement;
  list.value = minutes;
  list.dispatchEvent(new Event('change', { bubbles: true }));
  flushSync();
}
function type(id: string, text: string): void {
  const field = at(id) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
async function settle(): Promise<void> {
  flushSync();
  await new Promise((done) => setTimeout(done));
  flushSync();
}
async function submit(): Promise<void> {
  at('lock-submit')?.click();
  await settle();
}
const refusal = (code: FieldProblem['code'], params: Record<string, string> = {}) =>
  new BackendError({
    code: 'fields_need_mending',
    message: null,
    params: {},
    field: 'passphrase',
    fields: [{ field: 'passphrase', code, severity: 'error', params }],
    retryable: false,
    reference: null,
  });

describe('the lock in Settings', () => {
  it('is turned on with a passphrase typed twice, which leaves its fields with the first hand-over', async () => {
    show(null);
    expect(at('lock-now')).toBeNull();
    expect(at('lock-new')).toBeNull();
    choose('10');
    expect(at('lock-passphrase')).toBeNull();
    type('lock-new', PASSPHRASE);
    type('lock-again', PASSPHRASE);
    await submit();
    expect(changeLock.mock.calls).toEqual([
      [{ idleMinutes: 10, passphrase: null, newPassphrase: PASSPHRASE, newPassphraseAgain: PASSPHRASE }],
    ]);
    expect(document.documentElement.outerHTML).not.toContain(PASSPHRASE);
    expect(at('lock-new')).toBeNull();
    expect(at('lock-now')?.textContent).toContain('Bloquear ahora');
  });

  it.each([
    ['', '', 'lock-new'],
    ['1234567', '1234567', 'lock-new'],
    ['x'.repeat(129), 'x'.repeat(129), 'lock-new'],
    [PASSPHRASE, '', 'lock-again'],
    [PASSPHRASE, 'corre Caballo', 'lock-again'],
  ])('says what is wrong with %s and %s where it is, and keeps what was typed', async (chosen, again, field) => {
    show(null);
    choose('5');
    type('lock-new', chosen);
    type('lock-again', again);
    await submit();
    expect(changeLock).not.toHaveBeenCalled();
    expect(at(`${field}-problem`)).not.toBeNull();
    expect(at('lock-new')?.value).toBe(chosen);
  });

  it('takes a passphrase that looks the same for the same, whatever keyboard it came from', async () => {
    show(null);
    choose('5');
    type('lock-new', 'ñandú ñandú');
    type('lock-again', 'ñandú ñandú'.normalize('NFD'));
    await submit();
    expect(changeLock).toHaveBeenCalledTimes(1);
  });

  it('asks for the passphrase in force for another time, another passphrase, and to be turned off', async () => {
    show(5);
    choose('15');
    expect([at('lock-passphrase') !== null, at('lock-new') !== null]).toEqual([true, false]);
    choose('5');
    expect(at('lock-passphrase')).toBeNull();
    at('lock-change')?.click();
    await settle();
    expect([at('lock-passphrase') !== null, at('lock-new') !== null]).toEqual([true, true]);
    expect(document.activeElement).toBe(at('lock-passphrase'));
    choose('');
    expect([at('lock-passphrase') !== null, at('lock-new') !== null]).toEqual([true, false]);
    await submit();
    expect(at('lock-passphrase-problem')).not.toBeNull();
    expect(changeLock).not.toHaveBeenCalled();
    type('lock-passphrase', PASSPHRASE);
    await submit();
    expect(changeLock.mock.calls[0]?.[0]).toMatchObject({
      idleMinutes: null,
      passphrase: PASSPHRASE,
      newPassphrase: null,
    });
    expect(lock.isOn).toBe(false);
  });

  it('tells a wrong passphrase, and a wait, at the field, and stays as it is', async () => {
    show(5);
    choose('15');
    for (const [code, words] of [
      ['passphrase_wrong', 'Esa no es la contraseña'],
      ['passphrase_waits', '42 segundos'],
    ] as const) {
      changeLock.mockRejectedValueOnce(refusal(code, { seconds: '42' }));
      type('lock-passphrase', 'nada de eso');
      await submit();
      expect(at('lock-passphrase-problem')?.textContent).toContain(words);
      expect(at('lock-passphrase')?.value).toBe('');
    }
    expect(lock.view?.idleMinutes).toBe(5);
  });

  it('is given up by Escape, with nothing kept of what was typed', async () => {
    show(5);
    at('lock-change')?.click();
    await settle();
    type('lock-new', PASSPHRASE);
    currentActions()
      .findLast(({ keys }) => keys === 'close')
      ?.run();
    await settle();
    expect(at('lock-new')).toBeNull();
    expect(document.activeElement?.id).toBe('lock-idle');
    expect(currentActions().some(({ keys }) => keys === 'close')).toBe(false);
  });
});
