// What each stop of the line looks like and says: a big word, what it means, what to do. Each has an icon and a pattern of
// its own, so that no two are told apart by colour alone.

import type { PackingStopView, StopKind } from '$lib/backend';
import type { IconName } from '$lib/components/Icon.svelte';
import { formatLastFour } from '$lib/i18n/format';
import { show, t, type MessageKey } from '$lib/i18n/index.svelte';
import { voidReasonText } from '$lib/i18n/void-reason';

interface Look {
  word: MessageKey;
  advice: MessageKey;
  icon: IconName;
  /** The grave ones are about a plastic in the wrong envelope, or another company's paper. */
  tone: 'bad' | 'warn' | 'info';
}

export const STOPS: Readonly<Record<StopKind, Look>> = {
  mismatch: { word: 'pack.stop.mismatch', advice: 'pack.stop.mismatch.advice', icon: 'not-equal', tone: 'bad' },
  plastic_packed: {
    word: 'pack.stop.plastic_packed',
    advice: 'pack.stop.plastic_packed.advice',
    icon: 'card',
    tone: 'bad',
  },
  plastic_waited_for: {
    word: 'pack.stop.plastic_waited_for',
    advice: 'pack.stop.plastic_waited_for.advice',
    icon: 'plastics',
    tone: 'bad',
  },
  card_out_of_use: {
    word: 'pack.stop.card_out_of_use',
    advice: 'pack.stop.card_out_of_use.advice',
    icon: 'warning',
    tone: 'bad',
  },
  unknown: { word: 'pack.stop.unknown', advice: 'pack.stop.unknown.advice', icon: 'question', tone: 'warn' },
  voided: { word: 'pack.stop.voided', advice: 'pack.stop.voided.advice', icon: 'close', tone: 'bad' },
  packed_already: {
    word: 'pack.stop.packed_already',
    advice: 'pack.stop.packed_already.advice',
    icon: 'pack',
    tone: 'info',
  },
  not_finished: { word: 'pack.stop.not_finished', advice: 'pack.stop.not_finished.advice', icon: 'file', tone: 'warn' },
  other_company: {
    word: 'pack.stop.other_company',
    advice: 'pack.stop.other_company.advice',
    icon: 'cardholders',
    tone: 'bad',
  },
  other_environment: {
    word: 'pack.stop.other_environment',
    advice: 'pack.stop.other_environment.advice',
    icon: 'bolt',
    tone: 'bad',
  },
};

/** What is known of a stop, in lines: what was typed, which other insert, when it was packed, why it was voided. */
export function stopFacts(stop: PackingStopView): string[] {
  const facts: string[] = [];
  if (stop.lastFour !== null) facts.push(t('pack.stop.typed', { lastFour: formatLastFour(stop.lastFour) }));
  if (stop.kind === 'plastic_packed' && stop.otherSerial !== null) {
    facts.push(t('pack.stop.with_other', { serial: stop.otherSerial, name: stop.otherName ?? '—' }));
  }
  if (stop.kind === 'plastic_waited_for' && stop.otherSerial !== null) {
    facts.push(t('pack.stop.waited_for_by', { serial: stop.otherSerial, name: stop.otherName ?? '—' }));
  }
  if (stop.kind === 'voided') {
    if (stop.otherSerial !== null) facts.push(t('pack.stop.replaced_by', { serial: stop.otherSerial }));
    if (stop.voidReason !== null) facts.push(t('pack.stop.void_reason', { reason: voidReasonText(stop.voidReason) }));
  }
  if (stop.packedAt !== null) {
    const when = { at: show.instantLong(stop.packedAt), operator: stop.packedBy ?? '—' };
    facts.push(
      stop.boxName === null ? t('pack.stop.packed', when) : t('pack.stop.packed_in', { ...when, box: stop.boxName }),
    );
  }
  return facts;
}

/** A stop in one line, for a manifest: `10:04 · 0043-003 · No coincide · •••• 4418`. */
export function stopLine(stop: PackingStopView): string {
  const parts = [show.time(stop.at), stop.serial, t(STOPS[stop.kind].word)];
  if (stop.lastFour !== null) parts.push(formatLastFour(stop.lastFour));
  return parts.filter((part) => part !== null).join(' · ');
}
