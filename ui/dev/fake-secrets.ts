// PINs and CVVs of the fake backend, all invented: the code 000000 is refused, the PIN 4040 is never answered, 2580 is every
// card's own.

import type { CodeSent, ErrorView, PinForm, PinSubmitted, PinVerdict, ShownCvv } from '../src/lib/backend/bindings';

type Failure = (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;

const MINUTES = 60_000;
/** So many wrong PINs in a row are counted before none is taken. */
const TRIES = 3;

export class FakeSecrets {
  #held = new Map<string, string>();
  #triesLeft = TRIES;

  constructor(private readonly failure: Failure) {}

  send(displayName: string, email: string): CodeSent {
    const now = Date.now();
    return {
      displayName,
      email,
      sentAt: new Date(now).toISOString(),
      expiresAt: new Date(now + 5 * MINUTES).toISOString(),
    };
  }

  set({ code, pin }: PinForm): PinSubmitted {
    if (code.replace(/\W/g, '') === '000000') {
      throw this.failure('code_refused', {
        message: 'The code is not right; tries left: 2.',
        params: { code: '7000' },
      });
    }
    const weakness = /^(\d)\1*$/.test(pin) ? 'repeats' : '0123456789012'.includes(pin) ? 'run' : undefined;
    if (!weakness) return this.#set(pin);
    const held = `h${this.#held.size + 1}`;
    this.#held.set(held, pin);
    return { state: 'weak', weakness, held };
  }

  goOn(held: string): PinSubmitted {
    const pin = this.#held.get(held);
    this.#held.delete(held);
    if (pin === undefined) throw this.failure('pin_not_held');
    return this.#set(pin);
  }

  drop(held: string): null {
    this.#held.delete(held);
    return null;
  }

  #set(pin: string): PinSubmitted {
    if (pin === '4040') throw this.failure('pin_uncertain', { params: { code_is_spent: 'true' } });
    return { state: 'set', at: new Date().toISOString(), operator: 'operacion' };
  }

  verify(pin: string): PinVerdict {
    if (pin === '2580') this.#triesLeft = TRIES;
    return pin === '2580'
      ? { state: 'correct' }
      : { state: 'incorrect', triesLeft: (this.#triesLeft = Math.max(0, this.#triesLeft - 1)) };
  }

  reveal(): ShownCvv {
    return { digits: '123', seconds: 20 };
  }
}
