// Why an operation was refused, was not sent or has no outcome, in the operator's language. Where the gateway says something
// of its own, that stands beside as a detail.

import type { Cause } from '$lib/backend';
import { forbiddenText } from './errors';
import { evidenceText } from './evidence';
import { gatewayCodeText, inItsWords } from './gateway-codes';
import { t, type MessageKey } from './index.svelte';

const CAUSES: Readonly<Record<Cause, MessageKey>> = {
  not_formed: 'cause.not_formed',
  name_not_found: 'cause.name_not_found',
  connection_refused: 'cause.connection_refused',
  not_trusted: 'cause.not_trusted',
  not_connected: 'cause.not_connected',
  tokens_unavailable: 'cause.tokens_unavailable',
  timed_out: 'cause.timed_out',
  connection_lost: 'cause.connection_lost',
  rejected: 'cause.rejected',
  session_ended: 'cause.session_ended',
  forbidden: 'cause.forbidden',
  throttled: 'cause.throttled',
  fault: 'cause.fault',
  unreadable: 'cause.unreadable',
  about_something_else: 'cause.about_something_else',
  program_ended: 'cause.program_ended',
  outcome_not_written: 'cause.outcome_not_written',
};

/** A reason, with the gateway's own words where it has any. */
export interface Reason {
  text: string;
  detail?: string | undefined;
}

/** What the reason of an operation, or of a row of a batch, is told from. */
export interface Told {
  gatewayCode: string | null;
  cause: Cause | null;
  detail: string | null;
  /** The permission that was missing, by the gateway's own name. */
  permission?: string | null;
}

/** The sentence for what came between a request and its outcome; nothing for a word that is none. */
export function causeText(word: string | null | undefined): string | undefined {
  return word !== null && word !== undefined && Object.hasOwn(CAUSES, word) ? t(CAUSES[word as Cause]) : undefined;
}

/** Why it came like that; nothing where nothing is known. What older versions wrote down has words alone. */
export function reasonOf({ gatewayCode, cause, detail, permission }: Told): Reason | undefined {
  if (cause === 'forbidden' && permission) return { text: forbiddenText(permission), detail: inItsWords(detail) };
  const known = gatewayCodeText(gatewayCode);
  if (known) return { text: known, detail: inItsWords(detail) };
  if (gatewayCode) return { text: t('outcome.reason_code', { reason: detail ?? '', code: gatewayCode }) };
  const between = causeText(cause);
  if (between) return { text: between, detail: cause === 'tokens_unavailable' ? undefined : inItsWords(detail) };
  return detail ? { text: evidenceText(detail) ?? detail } : undefined;
}
