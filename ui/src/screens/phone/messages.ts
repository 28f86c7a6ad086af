// The messages on the cardholders' phones: whose they are, what they say, and how long a code is good still.

import type { CodeStanding, PhoneMessageView } from '$lib/backend';
import type { Tone } from '$lib/components/Chip.svelte';
import type { MessageKey } from '$lib/i18n/index.svelte';

/** How often the phones are looked at, in milliseconds: a code that was asked for shows within two seconds. */
export const LOOK_EVERY_MS = 1_500;

export const STANDING: Record<CodeStanding, { text: MessageKey; tone: Tone }> = {
  waiting: { text: 'phone.standing.waiting', tone: 'good' },
  used: { text: 'phone.standing.used', tone: 'plain' },
  expired: { text: 'phone.standing.expired', tone: 'warn' },
  void: { text: 'phone.standing.void', tone: 'warn' },
};

const PURPOSE: ReadonlyMap<string, MessageKey> = new Map([
  ['pin_change', 'phone.purpose.pin_change'],
  ['login', 'phone.purpose.login'],
]);

/** What a code is for; a purpose that this version does not know has no words. */
export function purposeOf(message: PhoneMessageView): MessageKey | undefined {
  return PURPOSE.get(message.purpose);
}

/** `482915` as `482 915`, as people read codes out. */
export function grouped(code: string): string {
  const half = Math.ceil(code.length / 2);
  return code.length < 6 ? code : `${code.slice(0, half)} ${code.slice(half)}`;
}

/** How long a code is good still, `4:05`, or nothing once it is not. */
export function timeLeft(message: PhoneMessageView, nowMs: number): string | undefined {
  const seconds = Math.ceil((new Date(message.expiresAt).getTime() - nowMs) / 1000);
  if (message.standing !== 'waiting' || !(seconds > 0)) return undefined;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
