// The words of the domain as the operator reads them: a text, and where it has one a tone, for every word of the shell.

import type {
  CardState,
  DirectoryColumn,
  DirectoryFilter,
  DocumentType,
  Environment,
  Gender,
  HappeningAction,
  HappeningResult,
  InsertState,
  LinkKind,
  LookFound,
  MaritalStatus,
  MovementKind,
  NotOfferedReason,
  OperationKind,
  OperationState,
  PinWeakness,
  ReplacementCause,
  ReplacementStep,
  SentTo,
  SettleAs,
  StepOutcome,
  StepStanding,
} from '$lib/backend';
import type { Tone } from '$lib/components/Chip.svelte';
import type { MessageKey } from './index.svelte';

export interface Worded {
  text: MessageKey;
  tone: Tone;
}

export const ENVIRONMENT: Record<Environment, { name: MessageKey; meaning: MessageKey }> = {
  practice: { name: 'environment.practice', meaning: 'environment.practice.meaning' },
  qa: { name: 'environment.qa', meaning: 'environment.qa.meaning' },
  production: { name: 'environment.production', meaning: 'environment.production.meaning' },
};

export const CARD_STATE: Record<CardState, Worded> = {
  inactive: { text: 'card.state.inactive', tone: 'warn' },
  active: { text: 'card.state.active', tone: 'good' },
  blocked: { text: 'card.state.blocked', tone: 'bad' },
  other: { text: 'card.state.other', tone: 'info' },
};

export const OPERATION_STATE: Record<OperationState, Worded> = {
  drafted: { text: 'operation.state.drafted', tone: 'plain' },
  discarded: { text: 'operation.state.discarded', tone: 'plain' },
  intent: { text: 'operation.state.intent', tone: 'info' },
  applied: { text: 'operation.state.applied', tone: 'good' },
  refused: { text: 'operation.state.refused', tone: 'bad' },
  not_sent: { text: 'operation.state.not_sent', tone: 'info' },
  unknown: { text: 'operation.state.unknown', tone: 'warn' },
  settled_applied: { text: 'operation.state.settled_applied', tone: 'good' },
  settled_not_applied: { text: 'operation.state.settled_not_applied', tone: 'plain' },
};

export const OPERATION_KIND: Record<OperationKind, MessageKey> = {
  load: 'operation.kind.load',
  withdrawal: 'operation.kind.withdrawal',
  issue: 'operation.kind.issue',
  adjustment_load: 'operation.kind.adjustment_load',
  adjustment_withdrawal: 'operation.kind.adjustment_withdrawal',
  transfer: 'operation.kind.transfer',
};

/** What a newer operation says of the older one that it names. */
export const LINK_TO: Record<LinkKind, MessageKey> = {
  corrects: 'link.corrects',
  makes_again: 'link.makes_again',
  despite: 'link.despite',
};

/** The same, seen from the older one. */
export const NAMED_BY: Record<LinkKind, MessageKey> = {
  corrects: 'link.corrected_by',
  makes_again: 'link.made_again_by',
  despite: 'link.not_waited_for_by',
};

export const LOOK_FOUND: Record<LookFound, MessageKey> = {
  applied: 'look.applied',
  nothing: 'look.nothing',
  several: 'look.several',
  no_answer: 'look.no_answer',
};

export const MOVEMENT_KIND: Record<MovementKind, MessageKey> = {
  load: 'movement.load',
  withdrawal: 'movement.withdrawal',
  payment: 'movement.payment',
  refund: 'movement.refund',
  transfer_in: 'movement.transfer_in',
  transfer_out: 'movement.transfer_out',
  other: 'movement.other',
};

export const DIRECTORY_COLUMN: Record<DirectoryColumn, MessageKey> = {
  name: 'column.cardholder',
  document: 'column.document',
  email: 'column.email',
  phone: 'column.phone',
  last_four: 'column.last_four',
  card_state: 'column.card_state',
};

export const DIRECTORY_FILTER: Record<DirectoryFilter, MessageKey> = {
  all: 'filter.all',
  no_card: 'filter.no_card',
  card_without_insert: 'filter.card_without_insert',
  never_activated: 'filter.never_activated',
};

export const GENDER: Record<Gender, MessageKey> = { F: 'gender.F', M: 'gender.M', OTHER: 'gender.OTHER' };

export const MARITAL_STATUS: Record<MaritalStatus, MessageKey> = {
  soltero: 'marital.soltero',
  casado: 'marital.casado',
  viudo: 'marital.viudo',
  divorciado: 'marital.divorciado',
  separado: 'marital.separado',
};

export const DOCUMENT_TYPE: Record<DocumentType, MessageKey> = {
  DPI: 'document.DPI',
  NIT: 'document.NIT',
  PASSPORT: 'document.PASSPORT',
  LEGAL_ID: 'document.LEGAL_ID',
  PERSONAL_ID: 'document.PERSONAL_ID',
  RESIDENCE_ID: 'document.RESIDENCE_ID',
};

/** The gateway's words for the state of a cardholder that are known; another is shown as the gateway wrote it. */
export const CARDHOLDER_STATUS: Readonly<Record<string, MessageKey>> = {
  ACTIVE: 'cardholder.status.active',
  INACTIVE: 'cardholder.status.inactive',
  PENDING: 'cardholder.status.pending',
  BLOCKED: 'cardholder.status.blocked',
};

export const INSERT_STATE: Record<InsertState, Worded> = {
  printed: { text: 'insert.state.printed', tone: 'good' },
  voided: { text: 'insert.state.voided', tone: 'plain' },
};

/** What was made of an insert: what is in a file is not on paper yet. */
export const SENT_TO: Record<SentTo, MessageKey> = { file: 'sent_to.file', printer: 'sent_to.printer' };

/** The same of an insert in the record, where the runs tell it; `HAPPENING` has words that hold for both. */
export const INSERT_SENT_TO: Record<SentTo, MessageKey> = {
  file: 'happening.insert_sent_to_file',
  printer: 'happening.insert_sent_to_printer',
};

export const OPERATION_SETTLED_AS: Record<SettleAs, MessageKey> = {
  applied: 'happening.operation_settled_applied',
  not_applied: 'happening.operation_settled_not_applied',
};

export const HAPPENING: Record<HappeningAction, MessageKey> = {
  registered: 'happening.registered',
  card_issued: 'happening.card_issued',
  card_activated: 'happening.card_activated',
  card_blocked: 'happening.card_blocked',
  card_unblocked: 'happening.card_unblocked',
  card_renamed: 'happening.card_renamed',
  card_associated: 'happening.card_associated',
  statement_requested: 'happening.statement_requested',
  one_time_code_sent: 'happening.one_time_code_sent',
  pin_set: 'happening.pin_set',
  user_pin_set: 'happening.user_pin_set',
  pin_verified: 'happening.pin_verified',
  cvv_revealed: 'happening.cvv_revealed',
  card_state_changed: 'happening.card_state_changed',
  funds_loaded: 'happening.funds_loaded',
  funds_withdrawn: 'happening.funds_withdrawn',
  adjustment_loaded: 'happening.adjustment_loaded',
  adjustment_withdrawn: 'happening.adjustment_withdrawn',
  funds_transferred: 'happening.funds_transferred',
  operation_settled: 'happening.operation_settled',
  operation_contradicted: 'happening.operation_contradicted',
  contradiction_cleared: 'happening.contradiction_cleared',
  insert_printed: 'happening.insert_printed',
  insert_voided: 'happening.insert_voided',
  insert_packed: 'happening.insert_packed',
  insert_unpacked: 'happening.insert_unpacked',
  packing_stopped: 'happening.packing_stopped',
  packing_stop_acknowledged: 'happening.packing_stop_acknowledged',
  print_cancelled: 'happening.print_cancelled',
  box_begun: 'happening.box_begun',
  box_closed: 'happening.box_closed',
  insert_printed_again: 'happening.insert_printed_again',
  invitation_made: 'happening.invitation_made',
  registered_by_invitation: 'happening.registered_by_invitation',
  transfer_types_made: 'happening.transfer_types_made',
  card_linked: 'happening.card_linked',
  linked_card_renamed: 'happening.linked_card_renamed',
  card_unlinked: 'happening.card_unlinked',
  replacement_begun: 'happening.replacement_begun',
  replacement_stopped: 'happening.replacement_stopped',
  replacement_continued: 'happening.replacement_continued',
  replacement_finished: 'happening.replacement_finished',
  desk_locked: 'happening.desk_locked',
  desk_unlocked: 'happening.desk_unlocked',
  lock_set: 'happening.lock_set',
  lock_turned_off: 'happening.lock_turned_off',
  lock_lifted: 'happening.lock_lifted',
  other: 'happening.other',
};

export const PIN_WEAKNESS: Record<PinWeakness, MessageKey> = {
  repeats: 'pin.weak.repeats',
  run: 'pin.weak.run',
  birth_date: 'pin.weak.birth_date',
};

export const HAPPENING_RESULT: Record<HappeningResult, Worded> = {
  done: { text: 'result.done', tone: 'good' },
  refused: { text: 'result.refused', tone: 'bad' },
  not_sent: { text: 'result.not_sent', tone: 'info' },
  unknown: { text: 'result.unknown', tone: 'warn' },
  failed: { text: 'result.failed', tone: 'bad' },
};

export const REPLACEMENT_CAUSE: Record<ReplacementCause, MessageKey> = {
  lost: 'replace.cause.lost',
  stolen: 'replace.cause.stolen',
  damaged: 'replace.cause.damaged',
  expiring: 'replace.cause.expiring',
};

export const REPLACEMENT_STEP: Record<ReplacementStep, MessageKey> = {
  block: 'replace.step.block',
  issue: 'replace.step.issue',
  inserts: 'replace.step.inserts',
  balance: 'replace.step.balance',
};

export const STEP_STANDING: Record<StepStanding, MessageKey> = {
  done: 'replace.step.done',
  next: 'replace.step.next',
  ahead: 'replace.step.ahead',
};

export const STEP_OUTCOME: Record<StepOutcome, MessageKey> = {
  blocked: 'replace.outcome.blocked',
  blocked_before: 'replace.outcome.blocked_before',
  not_to_be_blocked: 'replace.outcome.not_to_be_blocked',
  issued: 'replace.outcome.issued',
  inserts_voided: 'replace.outcome.inserts_voided',
  no_insert: 'replace.outcome.no_insert',
  balance_moved: 'replace.outcome.balance_moved',
  nothing_to_move: 'replace.outcome.nothing_to_move',
  other: 'replace.outcome.other',
};

export const NOT_OFFERED: Record<NotOfferedReason, MessageKey> = {
  card_inactive: 'not_offered.card_inactive',
  card_already_active: 'not_offered.card_already_active',
  card_blocked: 'not_offered.card_blocked',
  no_card: 'not_offered.no_card',
  nothing_to_withdraw: 'not_offered.nothing_to_withdraw',
  outcome_unknown: 'not_offered.outcome_unknown',
  card_replaced: 'not_offered.card_replaced',
  permission_missing: 'not_offered.permission_missing',
};
