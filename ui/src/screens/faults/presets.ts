// Situations that an operator should have met once where it costs nothing, each with the faults that make it, and the bad
// day in which many things go wrong by a seed.

import type { Fault, FaultPlanForm, FaultRule, FaultRuleView, FaultsView, Occurrence, RequestKind } from '$lib/backend';
import type { MessageKey } from '$lib/i18n/index.svelte';
import { fault, type FaultName } from './rules';

export interface Preset {
  id: string;
  title: MessageKey;
  /** What to look at, once it has happened. */
  text: MessageKey;
  rules: (answerLimitMs: number) => FaultRule[];
  change?: Partial<Omit<FaultPlanForm, 'rules'>>;
}

const NEXT: Occurrence = { nth: 1 };
const rule = (requests: RequestKind, when: Occurrence, what: Fault): FaultRule => ({
  requests: [requests],
  when,
  fault: what,
});
const next = (what: Fault) => rule('money', NEXT, what);

export const PRESETS: readonly Preset[] = [
  {
    id: 'lost-after',
    title: 'faults.preset.lost_after',
    text: 'faults.preset.lost_after.text',
    rules: () => [next({ drop: { moment: 'after_applying' } })],
  },
  {
    id: 'lost-before',
    title: 'faults.preset.lost_before',
    text: 'faults.preset.lost_before.text',
    rules: () => [next({ drop: { moment: 'before_applying' } })],
  },
  {
    id: 'shown-late',
    title: 'faults.preset.shown_late',
    text: 'faults.preset.shown_late.text',
    rules: () => [
      next({ drop: { moment: 'after_applying' } }),
      next({ hide_movement: { until: { after_ms: 60_000 } } }),
    ],
  },
  {
    id: 'too-slow',
    title: 'faults.preset.too_slow',
    text: 'faults.preset.too_slow.text',
    rules: (answerLimitMs) => [next({ slow_answer: { timeout_ms: answerLimitMs } })],
  },
  {
    id: 'edge',
    title: 'faults.preset.edge',
    text: 'faults.preset.edge.text',
    rules: () => [next({ edge_page: { status: 502, moment: 'after_applying' } })],
  },
  {
    id: 'nobody',
    title: 'faults.preset.nobody',
    text: 'faults.preset.nobody.text',
    rules: () => [],
    change: { refusesConnections: true },
  },
  {
    id: 'throttled',
    title: 'faults.preset.throttled',
    text: 'faults.preset.throttled.text',
    rules: () => [rule('any', { every: 3 }, { throttle: { retry_after_seconds: 1 } })],
  },
  {
    id: 'expired',
    title: 'faults.preset.expired',
    text: 'faults.preset.expired.text',
    rules: () => [rule('money', { every: 5 }, 'expire_tokens')],
  },
  {
    id: 'applied-again',
    title: 'faults.preset.applied_again',
    text: 'faults.preset.applied_again.text',
    rules: () => [],
    change: { repeatedReferences: 'apply_again' },
  },
];

/** New fields in every answer, and words that this version does not know: the switch beside the rules. */
export const UNFAMILIAR: FaultRule = rule('any', 'always', 'unfamiliar');

/** The rules that the switch put in force. */
export function unfamiliarRules({ rules }: FaultsView): FaultRuleView[] {
  const words = JSON.stringify(UNFAMILIAR);
  return rules.filter((each) => JSON.stringify(each.rule) === words);
}
export const isUnfamiliar = (view: FaultsView) => unfamiliarRules(view).length > 0;

/** What goes wrong on a bad day, with the figure of each. */
const BAD_DAY: ReadonlyArray<[FaultName, number]> = [
  ['drop_after', 0],
  ['drop_before', 0],
  ['cut_answer', 0],
  ['edge_after', 502],
  ['edge_before', 503],
  ['wrong_shape', 0],
  ['throttle', 1],
  ['hide_for', 20],
];

/** Rules that together meet about `percent` of a hundred operations with money. */
export function badDay(percent: number, answerLimitMs: number): FaultRule[] {
  const each = Math.max(1, Math.round((percent * 100) / BAD_DAY.length));
  return BAD_DAY.map(([name, figure]) => rule('money', { chance_in_10000: each }, fault(name, figure, answerLimitMs)));
}
