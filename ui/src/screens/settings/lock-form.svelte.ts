// What is set about the lock: after how long it closes, and its passphrase. Passphrases pass through here once, on their way to
// the desk, and are kept nowhere. Which one is right is the desk's to say.

import { lock } from '$lib/app/lock.svelte';
import { adoptSession } from '$lib/app/session.svelte';
import { backend, type Field, type FieldProblem } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';

/** After how many minutes the desk may lock; the desk takes no others. */
export const IDLE_MINUTES: readonly number[] = [1, 2, 5, 10, 15, 30];

/** The fewest and the most characters of a passphrase; the rule is the desk's own. */
const LENGTH = { min: 8, max: 128 };

/** What the form does, which its fields and its button follow. */
export type LockDeed = 'turn_on' | 'change_time' | 'change_passphrase' | 'turn_off';

/** What the form hands over, once. */
export interface TypedPassphrases {
  passphrase: string;
  newPassphrase: string;
  newPassphraseAgain: string;
}

function problem(field: Field, code: FieldProblem['code'], params: Record<string, string> = {}): FieldProblem {
  return { field, code, severity: 'error', params };
}

/** What is wrong with a passphrase that is chosen. */
export function problemsOfChosen(chosen: string, again: string): FieldProblem[] {
  // As the desk counts: what looks like one letter is one, whatever keyboard it came from.
  const actual = [...chosen.normalize('NFC')].length;
  const problems: FieldProblem[] = [];
  if (actual === 0) problems.push(problem('newPassphrase', 'missing'));
  else if (actual < LENGTH.min || actual > LENGTH.max) {
    const params = { min: String(LENGTH.min), max: String(LENGTH.max), actual: String(actual) };
    problems.push(problem('newPassphrase', 'passphrase_length', params));
  }
  if (again === '' && actual > 0) problems.push(problem('newPassphraseAgain', 'missing'));
  else if (again.normalize('NFC') !== chosen.normalize('NFC'))
    problems.push(problem('newPassphraseAgain', 'passphrase_again_differs'));
  return problems;
}

export class LockForm {
  /** What was chosen and is not in force; nothing while nothing is to be changed. */
  #wanted = $state<number | null | undefined>(undefined);
  #isOtherPassphrase = $state(false);
  attempt = $state(0);
  busy = $state(false);
  problems = $state.raw<readonly FieldProblem[]>([]);
  failure = $state.raw<BackendError | undefined>(undefined);

  get inForce(): number | null {
    return lock.view?.idleMinutes ?? null;
  }

  get wanted(): number | null {
    return this.#wanted === undefined ? this.inForce : this.#wanted;
  }

  /** What is being done; nothing while the form is as the lock is. */
  get deed(): LockDeed | undefined {
    if (this.#isOtherPassphrase) return 'change_passphrase';
    if (this.wanted === this.inForce) return undefined;
    if (this.inForce === null) return 'turn_on';
    return this.wanted === null ? 'turn_off' : 'change_time';
  }

  get asksPresent(): boolean {
    return this.deed !== undefined && this.deed !== 'turn_on';
  }

  get asksNew(): boolean {
    return this.deed === 'turn_on' || this.deed === 'change_passphrase';
  }

  choose(minutes: number | null): void {
    this.cancel();
    this.#wanted = minutes;
  }

  changePassphrase(): void {
    this.cancel();
    this.#isOtherPassphrase = true;
  }

  cancel(): void {
    this.#wanted = undefined;
    this.#isOtherPassphrase = false;
    this.attempt = 0;
    this.problems = [];
    this.failure = undefined;
  }

  /** What can be said before anything is handed over: then nothing has to be typed again, and no try is spent. */
  check(typed: TypedPassphrases): boolean {
    this.failure = undefined;
    this.problems = [
      ...(this.asksPresent && typed.passphrase === '' ? [problem('passphrase', 'missing')] : []),
      ...(this.asksNew ? problemsOfChosen(typed.newPassphrase, typed.newPassphraseAgain) : []),
    ];
    if (this.problems.length > 0) this.attempt += 1;
    return this.problems.length === 0;
  }

  /** Hands it over. What was done, or nothing where something has to be mended. */
  async submit(typed: TypedPassphrases): Promise<LockDeed | undefined> {
    const { deed } = this;
    if (deed === undefined || this.busy) return undefined;
    this.busy = true;
    try {
      const session = await backend.changeLock({
        idleMinutes: this.wanted,
        passphrase: this.asksPresent ? typed.passphrase : null,
        newPassphrase: this.asksNew ? typed.newPassphrase : null,
        newPassphraseAgain: this.asksNew ? typed.newPassphraseAgain : null,
      });
      await adoptSession(session);
      this.cancel();
      return deed;
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (error.fields.length > 0) this.problems = error.fields;
      else this.failure = error;
      this.attempt += 1;
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
