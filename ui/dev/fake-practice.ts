// Practice's own panels in the fake shell: phones with a few messages, permissions to choose, plastics without a holder.

import type { BlankPlasticView, PermissionsView, PhoneMessageView } from '../src/lib/backend/bindings';
import { PERMISSION_NAMES } from '../src/lib/i18n/permission-names';
import type { Person } from './fake-people';

const without = (...names: string[]) => PERMISSION_NAMES.filter((name) => !names.includes(name));

const SETS: PermissionsView['sets'] = [
  { set: 'everything', permissions: [...PERMISSION_NAMES] },
  { set: 'reading_only', permissions: ['checkCard', 'getCards', 'getAllTransfersByDate'] },
  { set: 'no_card_secrets', permissions: without('checkCvv', 'assignPIN') },
  { set: 'no_card_changes', permissions: without('updateStatus', 'updateAlias', 'activation') },
  { set: 'no_money', permissions: without('addFunds', 'withdrawFunds', 'transferBetweenCards') },
  { set: 'no_registration', permissions: without('USER_REGISTRATION') },
];

const LIFE_MS = 5 * 60_000;
const at = (ms: number) => new Date(ms).toISOString();

export class FakePractice {
  #granted: readonly string[] = PERMISSION_NAMES;
  readonly #messages: PhoneMessageView[] = [];

  permissions(): PermissionsView {
    return { granted: [...this.#granted], known: [...PERMISSION_NAMES], sets: SETS };
  }
  grant(names: readonly string[]): PermissionsView {
    this.#granted = PERMISSION_NAMES.filter((name) => names.includes(name));
    return this.permissions();
  }

  /** Sends a code; the one before, for the same person and purpose, is void. */
  send({ id, first, last, phone, username }: Person, purpose: string, agoMs = 0): PhoneMessageView {
    for (const each of this.#messages) {
      if (each.cardholderId === id && each.purpose === purpose && each.standing === 'waiting') each.standing = 'void';
    }
    const message: PhoneMessageView = {
      number: this.#messages.length + 1,
      cardholderId: id,
      name: `${first} ${last}`,
      email: username,
      phoneNumber: phone,
      purpose,
      code: String(Math.floor(Math.random() * 1_000_000)).padStart(6, '0'),
      sentAt: at(Date.now() - agoMs),
      expiresAt: at(Date.now() - agoMs + LIFE_MS),
      standing: 'waiting',
    };
    this.#messages.unshift(message);
    return message;
  }
  phone(): PhoneMessageView[] {
    for (const each of this.#messages) {
      if (each.standing === 'waiting' && new Date(each.expiresAt).getTime() <= Date.now()) each.standing = 'expired';
    }
    return structuredClone(this.#messages);
  }

  blanks(): BlankPlasticView[] {
    return Array.from({ length: 12 }, (_, index) => ({
      cardId: String(700_001 + index),
      pan: `400000${String(618_033_989 + index * 71_803_398).slice(0, 9)}${index % 10}`,
    }));
  }
}
