// The idle lock of the fake backend: its passphrase is `12345678` until another is set, the fifth wrong one costs 30 seconds.

import type { ErrorView, LockForm, LockView, UnlockOutcome } from '../src/lib/backend/bindings';

type Failure = (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;

const FREE_TRIES = 4;
const WAIT_MS = 30_000;
const ANSWERED = new Set(['session', 'report_painted', 'lock_state', 'lock_now', 'unlock', 'lift_removed_lock']);

export class FakeLock {
  #idleMinutes: number | null;
  #isLocked: boolean;
  #passphrase = '12345678';
  #wrong = 0;
  #waitsUntil = 0;

  constructor(
    private readonly failure: Failure,
    minutes: string | null,
    isLocked: boolean,
    private readonly keychain: string | null,
  ) {
    this.#idleMinutes = minutes === null ? (isLocked ? 5 : null) : Number(minutes);
    this.#isLocked = isLocked;
  }

  view(): LockView {
    return {
      idleMinutes: this.#idleMinutes,
      isLocked: this.#isLocked,
      waitSeconds: this.#wait(),
      isWorking: new URLSearchParams(location.search).has('working'),
      entryName: 'keyring:unlock-passphrase@Cardesk',
    };
  }

  answers(command: string): boolean {
    return !this.#isLocked || ANSWERED.has(command);
  }

  lock(): LockView {
    this.#isLocked = this.#idleMinutes !== null;
    return this.view();
  }

  unlock(passphrase: string): UnlockOutcome {
    const waitSeconds = this.#wait();
    if (waitSeconds > 0) return { state: 'waits', waitSeconds };
    if (!this.#isRight(passphrase)) return { state: 'wrong', waitSeconds: this.#wait() };
    this.#isLocked = false;
    return { state: 'unlocked' };
  }

  change(form: LockForm): void {
    if (this.#idleMinutes !== null && !this.#isRight(form.passphrase ?? '')) {
      const code = 'passphrase_wrong' as const;
      throw this.failure('fields_need_mending', {
        fields: [{ field: 'passphrase', code, severity: 'error', params: { seconds: String(this.#wait()) } }],
      });
    }
    if (this.keychain !== null) throw this.failure('keychain_missing', { retryable: true });
    if (form.newPassphrase !== null) this.#passphrase = form.newPassphrase;
    this.#idleMinutes = form.idleMinutes;
  }

  #isRight(passphrase: string): boolean {
    if (this.keychain !== null) throw this.failure('keychain_missing', { retryable: true });
    const isRight = passphrase === this.#passphrase;
    this.#wrong = isRight ? 0 : this.#wrong + 1;
    if (this.#wrong > FREE_TRIES) this.#waitsUntil = Date.now() + WAIT_MS;
    return isRight;
  }

  #wait(): number {
    return Math.max(0, Math.ceil((this.#waitsUntil - Date.now()) / 1000));
  }
}
