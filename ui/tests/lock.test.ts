// The lock screen: it covers the window at once, leaves nothing of it to be reached, lets secrets go and keeps everything else,
// and only a passphrase that the desk has taken uncovers it.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lock } from '../src/lib/app/lock.svelte';
import { keepSecret } from '../src/lib/app/secrecy';
import { adoptSession } from '../src/lib/app/session.svelte';
import { backend, type ErrorView, type LockView, type SessionView, type UnlockOutcome } from '../src/lib/backend';
import SecretField from '../src/lib/components/SecretField.svelte';
import { profileView } from './records';

const { invoke } = vi.hoisted(() => ({ invoke: vi.fn() }));
vi.mock('@tauri-apps/api/core', () => ({ invoke }));

const OPEN: LockView = {
  idleMinutes: 5,
  isLocked: false,
  waitSeconds: 0,
  isWorking: false,
  entryName: 'entry@Cardesk',
};
const session = (view: LockView) =>
  ({
    profile: profileView({ environment: 'practice', companyName: 'Tarjetas Quetzal' }),
    profiles: [],
    settings: { theme: 'light', greetingIsFinished: true },
    language: 'spanish',
    operator: 'Ana',
    counts: { cardholders: 0, needingInsert: 0, needsAttention: 0 },
    lock: view,
  }) as unknown as SessionView;
const failure = (code: ErrorView['code']): ErrorView => ({
  code,
  message: null,
  params: {},
  field: null,
  fields: [],
  retryable: true,
  reference: null,
});

/** What the shell answers. */
let desk: { view: LockView; outcomes: Array<UnlockOutcome | ErrorView>; lifted: boolean };
const asked = (command: string) => invoke.mock.calls.filter(([name]) => name === command);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
  desk = { view: OPEN, outcomes: [], lifted: false };
  invoke.mockReset().mockImplementation((command: string) => {
    switch (command) {
      case 'session':
        return Promise.resolve(session(desk.view));
      case 'lock_now':
        desk.view = { ...desk.view, isLocked: true };
        return Promise.resolve(desk.view);
      case 'lock_state':
        return Promise.resolve(desk.view);
      case 'unlock': {
        const outcome = desk.outcomes.shift() ?? { state: 'unlocked' };
        if ('code' in outcome) return Promise.reject(outcome);
        if (outcome.state === 'unlocked') desk.view = { ...desk.view, isLocked: false };
        return Promise.resolve(outcome);
      }
      case 'lift_removed_lock':
        if (desk.lifted) desk.view = { ...OPEN, idleMinutes: null };
        return Promise.resolve(desk.lifted);
      case 'directory':
        return desk.view.isLocked ? Promise.reject(failure('locked')) : Promise.resolve({ rows: [] });
      case 'block_card':
        return desk.view.isLocked ? Promise.reject(failure('locked')) : Promise.resolve({});
      default:
        return Promise.resolve(null);
    }
  });
  document.body.innerHTML = `<div id="app"><input id="note" value="Viáticos de marzo"><button id="send">x</button></div>`;
  await adoptSession(session(OPEN));
  await settle();
});
afterEach(async () => {
  lock.opened();
  await adoptSession(session({ ...OPEN, idleMinutes: null }));
  vi.useRealTimers();
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) {
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
  }
}
async function locked(): Promise<void> {
  void lock.now();
  await vi.waitFor(() => expect(field()).not.toBeNull());
  await settle();
}
const field = () => document.querySelector<HTMLInputElement>('#unlock-passphrase');
const at = (selector: string) => document.querySelector<HTMLElement>(selector);
async function submit(passphrase: string): Promise<void> {
  const input = field() as HTMLInputElement;
  input.value = passphrase;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  at('#unlock')?.click();
  await settle();
}

describe('a window that is locked', () => {
  it('is covered before the desk is asked, and says whose it is with the focus in its one field', async () => {
    void lock.now();
    expect(document.documentElement.dataset.locked).toBe('');
    expect(at('#app')?.hasAttribute('inert')).toBe(true);
    expect(lock.isCovered).toBe(true);
    await vi.waitFor(() => expect(field()).not.toBeNull());
    await settle();
    expect(document.activeElement).toBe(field());
    expect(field()?.type).toBe('password');
    expect(at('#lock')?.textContent).toContain('Tarjetas Quetzal');
    expect(at('#lock [data-environment]')?.dataset.environment).toBe('practice');
    expect(asked('lock_now')).toHaveLength(1);
  });

  it('leaves nothing of the page to Tab, to a screen reader or to what is put beside it later', async () => {
    await locked();
    const beside = document.createElement('div');
    document.body.append(beside);
    const reachable = [...document.body.children].filter((each) => each.id !== 'lock' && each !== beside);
    expect(reachable.length).toBeGreaterThan(0);
    expect(reachable.every((each) => each.hasAttribute('inert'))).toBe(true);
    // The style of the root hides the rest: it names everything beside the cover.
    expect(beside.matches('[data-locked] > body > :not(#lock)')).toBe(true);
    expect(at('#lock')?.matches('[data-locked] > body > :not(#lock)')).toBe(false);
    beside.remove();
  });

  it('lets every secret go and keeps what else was typed, with the focus where it was', async () => {
    const forget = vi.fn();
    const end = keepSecret(forget);
    const here = document.createElement('div');
    at('#app')?.append(here);
    const pin = mount(SecretField, { target: here, props: { id: 'pin', label: 'PIN' } });
    flushSync();
    (at('#pin') as HTMLInputElement).value = '918273';
    at('#note')?.focus();
    await locked();
    expect(forget).toHaveBeenCalledTimes(1);
    expect((at('#pin') as HTMLInputElement).value).toBe('');
    await submit('corre caballo');
    expect((at('#note') as HTMLInputElement).value).toBe('Viáticos de marzo');
    expect(document.activeElement).toBe(at('#note'));
    expect(at('#app')?.hasAttribute('inert')).toBe(false);
    expect(document.documentElement.dataset.locked).toBeUndefined();
    expect(at('#lock')).toBeNull();
    await unmount(pin);
    end();
  });

  it('gives the focus to what a thing stood in that has gone with its secret', async () => {
    const here = document.createElement('section');
    here.innerHTML = '<button id="hide-cvv">x</button>';
    at('#app')?.append(here);
    at('#hide-cvv')?.focus();
    await locked();
    at('#hide-cvv')?.remove();
    await submit('corre caballo');
    expect(document.activeElement).toBe(here);
  });

  it('is opened by what the desk has taken alone: a session that is older uncovers nothing', async () => {
    await locked();
    await adoptSession(session(OPEN));
    expect(lock.isCovered).toBe(true);
    await submit('corre caballo');
    expect(asked('unlock').at(-1)?.[1]).toEqual({ passphrase: 'corre caballo' });
    expect(lock.isCovered).toBe(false);
    expect(asked('session').length).toBeGreaterThan(0);
  });

  it('says that a passphrase is wrong at its field, which is empty and has the focus', async () => {
    desk.outcomes = [{ state: 'wrong', waitSeconds: 0 }];
    await locked();
    await submit('nada de eso');
    expect(at('#unlock-passphrase-problem')?.textContent).toContain('Esa no es la contraseña');
    expect(at('#lock [role=alert]')?.textContent).toContain('Esa no es la contraseña');
    expect(field()?.value).toBe('');
    expect(document.activeElement).toBe(field());
    expect(lock.isCovered).toBe(true);
    expect(document.body.innerHTML).not.toContain('nada de eso');
  });

  it('counts the wait down after several wrong ones, and takes nothing until it is over', async () => {
    desk.outcomes = [{ state: 'wrong', waitSeconds: 30 }];
    await locked();
    await submit('nada de eso');
    expect(at('#unlock-passphrase-problem')?.textContent).toContain('0:30');
    expect((at('#unlock') as HTMLButtonElement).disabled).toBe(true);
    await vi.advanceTimersByTimeAsync(12_500);
    flushSync();
    expect(at('#unlock-passphrase-problem')?.textContent).toContain('0:18');
    at('#lock form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(asked('unlock')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(18_000);
    flushSync();
    expect((at('#unlock') as HTMLButtonElement).disabled).toBe(false);
    await submit('corre caballo');
    expect(lock.isCovered).toBe(false);
  });

  it('tells a wait that was begun before, and asks for nothing that is empty', async () => {
    desk.view = { ...OPEN, isLocked: true, waitSeconds: 95 };
    await adoptSession(session(desk.view));
    await vi.waitFor(() => expect(field()).not.toBeNull());
    await settle();
    expect(at('#unlock-passphrase-problem')?.textContent).toContain('1:35');
    await vi.advanceTimersByTimeAsync(96_000);
    await submit('');
    expect(asked('unlock')).toHaveLength(0);
    expect(at('#unlock-passphrase-problem')).not.toBeNull();
  });

  it.each([
    ['keychain_missing', 'no responde'],
    ['keychain_locked', 'está bloqueado'],
    ['keychain_denied', 'no dejó entrar'],
    ['keychain_failed', 'falló'],
  ] as const)(
    'stays covered where the keychain is in the way (%s), says so and takes it again',
    async (code, words) => {
      desk.outcomes = [failure(code)];
      await locked();
      await submit('corre caballo');
      expect(at('#unlock-failure')?.textContent).toContain(words);
      expect(lock.isCovered).toBe(true);
      expect(document.activeElement).toBe(field());
      await submit('corre caballo');
      expect(lock.isCovered).toBe(false);
    },
  );

  it('names the entry to remove for whoever has forgotten it, and opens once that is gone', async () => {
    await locked();
    expect(at('.forgotten')?.textContent).toContain('entry@Cardesk');
    at('#lock-lift')?.click();
    await settle();
    expect(at('#lock-still-kept')).not.toBeNull();
    expect(lock.isCovered).toBe(true);
    desk.lifted = true;
    at('#lock-lift')?.click();
    await settle();
    expect(lock.isCovered).toBe(false);
    expect(lock.isOn).toBe(false);
  });

  it('says that what was under way goes on, for as long as it does', async () => {
    desk.view = { ...OPEN, isWorking: true };
    await locked();
    expect(at('#lock-working')).not.toBeNull();
    desk.view = { ...desk.view, isWorking: false };
    await vi.advanceTimersByTimeAsync(5_000);
    await settle();
    expect(at('#lock-working')).toBeNull();
  });

  it('brings a key that is pressed anywhere into its field, and gives none to what is behind', async () => {
    const heard = vi.fn();
    document.body.addEventListener('keydown', heard);
    await locked();
    field()?.blur();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }));
    expect(heard).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(field());
    document.body.removeEventListener('keydown', heard);
  });

  it('stays covered when the desk can not be told, and opens with the passphrase', async () => {
    invoke.mockImplementationOnce(() => Promise.reject(failure('internal')));
    await locked();
    expect(lock.isCovered).toBe(true);
    await submit('corre caballo');
    expect(lock.isCovered).toBe(false);
  });
});

describe('what the desk is asked for while it is locked', () => {
  const query = {
    text: '',
    filter: 'all',
    order: { by: 'name', isDescending: false },
    locate: null,
    offset: 0,
    limit: 1,
  };
  const read = () => backend.directory(query as Parameters<typeof backend.directory>[0]);

  it('waits where it only reads, and is answered once the desk is open', async () => {
    await locked();
    const answered = vi.fn();
    void read().then(answered);
    await settle();
    expect(asked('directory')).toHaveLength(0);
    await submit('corre caballo');
    expect(answered).toHaveBeenCalledTimes(1);
  });

  it('covers the page where that did not know yet, and a reading is asked for again', async () => {
    desk.view = { ...OPEN, isLocked: true };
    const answered = vi.fn();
    void read().then(answered);
    await vi.waitFor(() => expect(field()).not.toBeNull());
    await settle();
    expect(lock.isCovered).toBe(true);
    expect(answered).not.toHaveBeenCalled();
    await submit('corre caballo');
    expect(answered).toHaveBeenCalledTimes(1);
  });

  it('is refused at once where it would change something: nobody may be there who meant it', async () => {
    await locked();
    await expect(backend.blockCard('48213', 'robo')).rejects.toMatchObject({ code: 'locked' });
    await submit('corre caballo');
    expect(asked('block_card')).toHaveLength(1);
  });
});

describe('idle time', () => {
  it('covers the window to the minute by the page itself', async () => {
    await vi.advanceTimersByTimeAsync(5 * 60_000 - 1);
    expect(lock.isCovered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(lock.isCovered).toBe(true);
    expect(asked('lock_now')).toHaveLength(1);
  });

  it('is counted for nobody whose lock is off', async () => {
    await adoptSession(session({ ...OPEN, idleMinutes: null }));
    await settle();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(lock.isCovered).toBe(false);
    await lock.now();
    expect(asked('lock_now')).toHaveLength(0);
  });
});
