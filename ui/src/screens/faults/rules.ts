// A rule as the form has it, in choices of lists and one figure each, and as the shell has it; and its words.

import type { Fault, FaultRule, Occurrence, RequestKind } from '$lib/backend';
import { t, type MessageKey } from '$lib/i18n/index.svelte';

export const REQUESTS = {
  money: 'faults.requests.money',
  writes: 'faults.requests.writes',
  reads: 'faults.requests.reads',
  sign_in: 'faults.requests.sign_in',
  any: 'faults.requests.any',
  change_funds: 'faults.requests.change_funds',
  adjust_funds: 'faults.requests.adjust_funds',
  transfer_between_cards: 'faults.requests.transfer_between_cards',
  read_transfer: 'faults.requests.read_transfer',
  movements_of_month: 'faults.requests.movements_of_month',
  card_details: 'faults.requests.card_details',
  issue_card: 'faults.requests.issue_card',
  activate_card: 'faults.requests.activate_card',
  cards_of_cardholder: 'faults.requests.cards_of_cardholder',
  register_cardholder: 'faults.requests.register_cardholder',
  find_cardholders: 'faults.requests.find_cardholders',
  read_cardholder: 'faults.requests.read_cardholder',
  create_invitation_code: 'faults.requests.create_invitation_code',
  associate_card: 'faults.requests.associate_card',
  change_card_status: 'faults.requests.change_card_status',
  rename_card: 'faults.requests.rename_card',
  reveal_cvv: 'faults.requests.reveal_cvv',
  request_statement: 'faults.requests.request_statement',
  read_statement: 'faults.requests.read_statement',
  set_pin: 'faults.requests.set_pin',
  set_user_pin: 'faults.requests.set_user_pin',
  verify_pin: 'faults.requests.verify_pin',
  request_one_time_code: 'faults.requests.request_one_time_code',
  verify_one_time_code: 'faults.requests.verify_one_time_code',
  link_card: 'faults.requests.link_card',
  linked_cards: 'faults.requests.linked_cards',
  rename_linked_card: 'faults.requests.rename_linked_card',
  unlink_card: 'faults.requests.unlink_card',
  create_transfer_types: 'faults.requests.create_transfer_types',
  log_in: 'faults.requests.log_in',
  refresh: 'faults.requests.refresh',
  health: 'faults.requests.health',
} as const satisfies Record<RequestKind, MessageKey>;

export type WhenName = 'next' | 'nth' | 'first' | 'every' | 'share' | 'always';
export const WHEN = {
  next: 'faults.when.next',
  nth: 'faults.when.nth',
  first: 'faults.when.first',
  every: 'faults.when.every',
  share: 'faults.when.share',
  always: 'faults.when.always',
} as const satisfies Record<WhenName, MessageKey>;

export type FaultName =
  | 'drop_after'
  | 'drop_before'
  | 'cut_answer'
  | 'slow_answer'
  | 'delay'
  | 'edge_after'
  | 'edge_before'
  | 'wrong_shape'
  | 'unfamiliar'
  | 'throttle'
  | 'refuse_connections'
  | 'expire_tokens'
  | 'hide_for'
  | 'hide_for_reads';
export const FAULTS = {
  drop_after: 'faults.fault.drop_after',
  drop_before: 'faults.fault.drop_before',
  cut_answer: 'faults.fault.cut_answer',
  slow_answer: 'faults.fault.slow_answer',
  delay: 'faults.fault.delay',
  edge_after: 'faults.fault.edge_after',
  edge_before: 'faults.fault.edge_before',
  wrong_shape: 'faults.fault.wrong_shape',
  unfamiliar: 'faults.fault.unfamiliar',
  throttle: 'faults.fault.throttle',
  refuse_connections: 'faults.fault.refuse_connections',
  expire_tokens: 'faults.fault.expire_tokens',
  hide_for: 'faults.fault.hide_for',
  hide_for_reads: 'faults.fault.hide_for_reads',
} as const satisfies Record<FaultName, MessageKey>;

/** What the one figure of a fault is; `null` for one without. */
export type FigureKind = 'seconds' | 'status' | 'readings' | null;
export const FIGURE: Record<FaultName, FigureKind> = {
  drop_after: null,
  drop_before: null,
  cut_answer: null,
  slow_answer: null,
  delay: 'seconds',
  edge_after: 'status',
  edge_before: 'status',
  wrong_shape: null,
  unfamiliar: null,
  throttle: 'seconds',
  refuse_connections: 'seconds',
  expire_tokens: null,
  hide_for: 'seconds',
  hide_for_reads: 'readings',
};
export const STATUSES = ['500', '502', '503', '504'] as const;

/** Ten minutes, in seconds: the sandbox takes no longer ones. */
const LONGEST_SECONDS = 600;

/** The most that a figure may be; its least is 1. */
export const MOST = { seconds: LONGEST_SECONDS, readings: 100, number: 10_000, share: 100 } as const;

/** A whole number from 1 to `most`, or nothing. */
export function wholeNumber(text: string, most: number): number | undefined {
  const trimmed = text.trim();
  if (!/^\d{1,9}$/.test(trimmed)) return undefined;
  const number = Number(trimmed);
  return number >= 1 && number <= most ? number : undefined;
}

export function occurrence(name: WhenName, number: number): Occurrence {
  switch (name) {
    case 'next':
      return { nth: 1 };
    case 'nth':
      return { nth: number };
    case 'first':
      return { first: number };
    case 'every':
      return { every: number };
    case 'share':
      return { chance_in_10000: number * 100 };
    case 'always':
      return 'always';
  }
}

/** A fault with its figure, which faults without one do not look at. `answerLimitMs` is how long the desk waits. */
export function fault(name: FaultName, figure: number, answerLimitMs: number): Fault {
  const ms = figure * 1000;
  switch (name) {
    case 'drop_after':
      return { drop: { moment: 'after_applying' } };
    case 'drop_before':
      return { drop: { moment: 'before_applying' } };
    case 'slow_answer':
      return { slow_answer: { timeout_ms: answerLimitMs } };
    case 'delay':
      return { delay: { for_ms: ms } };
    case 'edge_after':
      return { edge_page: { status: figure, moment: 'after_applying' } };
    case 'edge_before':
      return { edge_page: { status: figure, moment: 'before_applying' } };
    case 'throttle':
      return { throttle: { retry_after_seconds: figure } };
    case 'refuse_connections':
      return { refuse_connections: { for_ms: ms } };
    case 'hide_for':
      return { hide_movement: { until: { after_ms: ms } } };
    case 'hide_for_reads':
      return { hide_movement: { until: { after_reads: figure } } };
    case 'cut_answer':
    case 'wrong_shape':
    case 'unfamiliar':
    case 'expire_tokens':
      return name;
  }
}

/** The other way round: what the shell has, as a choice and its figure. */
export function partsOf(has: Fault): { name: FaultName; figure: number } {
  if (typeof has === 'string') return { name: has, figure: 0 };
  if ('drop' in has && has.drop)
    return { name: has.drop.moment === 'after_applying' ? 'drop_after' : 'drop_before', figure: 0 };
  if ('slow_answer' in has && has.slow_answer)
    return { name: 'slow_answer', figure: Math.round((has.slow_answer.timeout_ms * 2) / 1000) };
  if ('delay' in has && has.delay) return { name: 'delay', figure: has.delay.for_ms / 1000 };
  if ('edge_page' in has && has.edge_page) {
    const { status, moment } = has.edge_page;
    return { name: moment === 'after_applying' ? 'edge_after' : 'edge_before', figure: status };
  }
  if ('throttle' in has && has.throttle) return { name: 'throttle', figure: has.throttle.retry_after_seconds ?? 0 };
  if ('refuse_connections' in has && has.refuse_connections)
    return { name: 'refuse_connections', figure: has.refuse_connections.for_ms / 1000 };
  const { until } = (has as { hide_movement: { until: { after_ms?: number; after_reads?: number } } }).hide_movement;
  return until.after_reads === undefined
    ? { name: 'hide_for', figure: (until.after_ms ?? 0) / 1000 }
    : { name: 'hide_for_reads', figure: until.after_reads };
}

/** Which requests a rule counts. */
export function requestWords(rule: FaultRule): string {
  return rule.requests.map((kind) => t(REQUESTS[kind])).join(', ');
}

/** Which of them it meets. */
export function whenWords(when: Occurrence): string {
  if (typeof when === 'string') return t('faults.met.always');
  if ('nth' in when && when.nth !== undefined) return t('faults.met.nth', { number: when.nth });
  if ('first' in when && when.first !== undefined) return t('faults.met.first', { number: when.first });
  if ('every' in when && when.every !== undefined) return t('faults.met.every', { number: when.every });
  const { chance_in_10000: chance } = when as { chance_in_10000: number };
  return t('faults.met.share', { percent: chance / 100 });
}

/** What becomes of those that it meets. */
export function faultWords(has: Fault): string {
  const { name, figure } = partsOf(has);
  switch (FIGURE[name]) {
    case 'status':
      return `${t(FAULTS[name])}: ${figure}`;
    case 'seconds':
      return figure > 0 ? `${t(FAULTS[name])}: ${t('faults.seconds', { count: figure })}` : t(FAULTS[name]);
    case 'readings':
      return `${t(FAULTS[name])}: ${t('faults.readings', { count: figure })}`;
    default:
      return name === 'slow_answer' ? `${t(FAULTS[name])}: ${t('faults.seconds', { count: figure })}` : t(FAULTS[name]);
  }
}
