// What the record says in figures and words of the wire, taken apart so that a screen can show it as people read it.

import type { HappeningView, StopKind } from '$lib/backend';
import { causeText } from '$lib/i18n/causes';
import { gatewayCodeText, inItsWords } from '$lib/i18n/gateway-codes';
import { t } from '$lib/i18n/index.svelte';
import { permissionIn } from '$lib/i18n/permission-names';
import { HAPPENING, INSERT_SENT_TO, OPERATION_SETTLED_AS } from '$lib/i18n/words';

/** What was done; of an insert that was made, where it went, and of an outcome that was open, which it is. */
export function actionText({
  action,
  sentTo,
  settledAs,
}: Pick<HappeningView, 'action' | 'sentTo' | 'settledAs'>): string {
  if (settledAs) return t(OPERATION_SETTLED_AS[settledAs]);
  return t(sentTo === null ? HAPPENING[action] : INSERT_SENT_TO[sentTo]);
}

export type Detail =
  | { kind: 'money'; amount: string; currency: string }
  | { kind: 'states'; before: string; after: string }
  | { kind: 'month'; year: number; month: number }
  | { kind: 'stop'; stop: StopKind; lastFour?: string }
  | { kind: 'reason'; about?: string; amount?: string; currency?: string; code?: string; words: string }
  | { kind: 'text' };

const STOP =
  /^(mismatch|plastic_packed|plastic_waited_for|card_out_of_use|unknown|voided|packed_already|not_finished|other_company|other_environment)(?:: •••• (\d{4}))?$/;

/**
 * `250.25 GTQ` is money, `INACTIVE → ACTIVE` a change of state, `2026-10` a month, `250.25 GTQ: 7303: insufficient funds` why
 * the gateway said no, `Choc, Byron (7000: …)` the same with whom it was about, `mismatch: •••• 4418` why the packing line was
 * stopped; anything else is text and stays as it is. A permission that is missing has a word in the place of a code.
 */
export function detailParts(detail: string): Detail {
  const money = /^(\d+(?:\.\d{1,4})?) ([A-Z]{3})$/.exec(detail);
  if (money?.[1] && money[2]) return { kind: 'money', amount: money[1], currency: money[2] };
  const states = /^(\w+) → (\w+)$/.exec(detail);
  if (states?.[1] && states[2]) return { kind: 'states', before: states[1], after: states[2] };
  const stop = STOP.exec(detail);
  if (stop?.[1]) {
    return { kind: 'stop', stop: stop[1] as StopKind, ...(stop[2] === undefined ? {} : { lastFour: stop[2] }) };
  }
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(detail);
  if (month) return { kind: 'month', year: Number(month[1]), month: Number(month[2]) };
  const [, about, itsCode, itsWords] = /^(.+?) \((\d{4}|FORBIDDEN): (.*)\)$/s.exec(detail) ?? [];
  if (about !== undefined && itsCode !== undefined && itsWords !== undefined) {
    return { kind: 'reason', about, code: itsCode, words: itsWords };
  }
  const reason = /^(?:(\d+(?:\.\d{1,4})?) ([A-Z]{3}): )?(?:(\d{4}|FORBIDDEN): )?(.*)$/s.exec(detail);
  const [, amount, currency, code, words = ''] = reason ?? [];
  if (code === undefined && amount === undefined) return { kind: 'text' };
  return {
    kind: 'reason',
    ...(amount !== undefined && currency !== undefined ? { amount, currency } : {}),
    ...(code === undefined ? {} : { code }),
    words,
  };
}

/** In the place of a code: the company may not do it. */
const FORBIDDEN = 'FORBIDDEN';
/** The gateway's codes that say too little by themselves: of anything at all, and of a PIN (`gateway-api.md`, Error codes). */
const CHECK_PARAMETERS = '7000';
const CARD_STATE = '7213';
const NOT_SHARED = '7220';

/**
 * Why the gateway said no, in the operator's language: its code, the permission that is missing, and at a PIN what the code
 * means there. Where the code only says that one of the values is not taken, its own words say which. Nothing for what only those
 * tell.
 */
export function refusalText(action: HappeningView['action'], code: string | undefined, words: string) {
  if (code === FORBIDDEN) {
    const permission = permissionIn(words);
    return permission === undefined ? causeText('forbidden') : t('happening.permission_missing', { permission });
  }
  const isPin = action === 'pin_set' || action === 'user_pin_set';
  if (isPin && code === CHECK_PARAMETERS && /\bcode\b/i.test(words)) return t('happening.code_refused', { code });
  if (action === 'user_pin_set' && code === NOT_SHARED) return t('happening.not_shared', { code });
  if (action === 'pin_verified' && code === CARD_STATE) return t('happening.pin_locked', { code });
  if (code !== CHECK_PARAMETERS) return gatewayCodeText(code);
  // A cause of the desk's own stands in their place where the gateway said nothing.
  const itsWords = causeText(words) === undefined ? inItsWords(words) : undefined;
  return [gatewayCodeText(code), itsWords].filter(Boolean).join(' ');
}

/** A detail without the number of the card that it is about, which stands beside it: `•••• 4417 · Viáticos` as `Viáticos`. */
export function withoutOwnNumber(detail: string, lastFour: string): string {
  const own = `•••• ${lastFour}`;
  const plain = detail.replaceAll('\u00a0', ' ');
  return lastFour === '' || !plain.startsWith(own) ? detail : plain.slice(own.length).replace(/^ · /, '');
}

/** Whether the desk only saw it at the gateway, done by somebody else: a cardholder on the activation page, the issuer. */
export function isOnlySeen({ action }: Pick<HappeningView, 'action'>): boolean {
  return action === 'card_state_changed';
}
