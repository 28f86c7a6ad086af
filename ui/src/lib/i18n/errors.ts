// What an error of the shell, and a problem of a field, says to the operator: a text for every code.

import type { CardState, ErrorCode, Field, FieldCode, FieldProblem, OperationKind } from '$lib/backend';
import { BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { gatewayCodeText, gatewayFieldText, inItsWords } from './gateway-codes';
import { show, t, type MessageKey } from './index.svelte';
import { CARD_STATE, OPERATION_KIND } from './words';

const ERRORS: Record<ErrorCode, MessageKey> = {
  fields_need_mending: 'error.fields_need_mending',
  gateway_not_connected: 'error.gateway_not_connected',
  gateway_timed_out: 'error.gateway_timed_out',
  gateway_connection_lost: 'error.gateway_connection_lost',
  gateway_refused: 'error.gateway_refused',
  gateway_not_found: 'error.gateway_not_found',
  gateway_session_ended: 'error.gateway_session_ended',
  gateway_forbidden: 'error.gateway_forbidden',
  gateway_throttled: 'error.gateway_throttled',
  gateway_fault: 'error.gateway_fault',
  gateway_unreadable: 'error.gateway_unreadable',
  secret_missing: 'error.secret_missing',
  secret_unreadable: 'error.secret_unreadable',
  keychain_missing: 'error.keychain_missing',
  keychain_locked: 'error.keychain_locked',
  keychain_denied: 'error.keychain_denied',
  keychain_failed: 'error.keychain_failed',
  practice_not_running: 'error.practice_not_running',
  faults_refused: 'error.faults_refused',
  registration_uncertain: 'error.registration_uncertain',
  change_uncertain: 'error.change_uncertain',
  code_refused: 'error.code_refused',
  code_uncertain: 'error.code_uncertain',
  code_no_address: 'error.code_no_address',
  pin_uncertain: 'error.pin_uncertain',
  pin_not_held: 'error.pin_not_held',
  transfer_not_found: 'error.transfer_not_found',
  reference_of_other: 'error.reference_of_other',
  reference_not_of_this_desk: 'error.reference_not_of_this_desk',
  card_not_shared: 'error.card_not_shared',
  transfer_types_uncertain: 'error.transfer_types_uncertain',
  linked_already: 'error.linked_already',
  link_gone: 'error.link_gone',
  alias_changed: 'error.alias_changed',
  link_uncertain: 'error.link_uncertain',
  profile_not_found: 'error.profile_not_found',
  environment_fixed: 'error.environment_fixed',
  profile_permanent: 'error.profile_permanent',
  profile_left: 'error.profile_left',
  profile_unsettled: 'error.profile_unsettled',
  cardholder_not_found: 'error.cardholder_not_found',
  card_not_found: 'error.card_not_found',
  operation_not_found: 'error.operation_not_found',
  operation_not_open: 'error.operation_not_open',
  not_certain_yet: 'error.not_certain_yet',
  may_be_shown: 'error.may_be_shown',
  look_alike_open: 'error.look_alike_open',
  followed_already: 'error.followed_already',
  operation_does_not_allow: 'error.operation_does_not_allow',
  left_to_its_batch: 'error.left_to_its_batch',
  contradiction_not_open: 'error.contradiction_not_open',
  card_not_possible: 'error.card_not_possible',
  replacement_not_found: 'error.replacement_not_found',
  replacement_open: 'error.replacement_open',
  replacement_balance_changed: 'error.replacement_balance_changed',
  intent_not_written: 'error.intent_not_written',
  intent_disk_full: 'error.intent_disk_full',
  outcome_not_written: 'error.outcome_not_written',
  submitted_already: 'error.submitted_already',
  journal_in_use: 'error.journal_in_use',
  journal_unwritable: 'error.journal_unwritable',
  journal_damaged: 'error.journal_damaged',
  journal_key_missing: 'error.journal_key_missing',
  journal_too_new: 'error.journal_too_new',
  disk_full: 'error.disk_full',
  folder_unusable: 'error.folder_unusable',
  file_failed: 'error.file_failed',
  file_not_ours: 'error.file_not_ours',
  page_not_opened: 'error.page_not_opened',
  nothing_to_print: 'error.nothing_to_print',
  insert_chosen_twice: 'error.insert_chosen_twice',
  card_given_up: 'error.card_given_up',
  reprint_reason_missing: 'error.reprint_reason_missing',
  insert_character: 'error.insert_character',
  insert_does_not_fit: 'error.insert_does_not_fit',
  insert_not_verified: 'error.insert_not_verified',
  insert_failed: 'error.insert_failed',
  template_not_found: 'error.template_not_found',
  template_changed: 'error.template_changed',
  template_unusable: 'error.template_unusable',
  template_language_missing: 'error.template_language_missing',
  template_file_unreadable: 'error.template_file_unreadable',
  template_file_too_new: 'error.template_file_too_new',
  template_file_fields: 'error.template_file_fields',
  template_file_too_large: 'error.template_file_too_large',
  page_not_found: 'error.page_not_found',
  packing_stays: 'error.packing_stays',
  packing_changed: 'error.packing_changed',
  packing_box_open: 'error.packing_box_open',
  packing_box_not_open: 'error.packing_box_not_open',
  preview_gone: 'error.preview_gone',
  run_under_way: 'error.run_under_way',
  run_cancelled: 'error.run_cancelled',
  run_interrupted: 'error.run_interrupted',
  run_not_found: 'error.run_not_found',
  run_ended: 'error.run_ended',
  run_overtaken: 'error.run_overtaken',
  run_not_repeatable: 'error.run_not_repeatable',
  page_not_valid: 'error.page_not_valid',
  insert_not_found: 'error.insert_not_found',
  insert_not_valid: 'error.insert_not_valid',
  embosser_columns_missing: 'error.embosser_columns_missing',
  print_system_down: 'error.print_system_down',
  printer_not_found: 'error.printer_not_found',
  print_failed: 'error.print_failed',
  print_cancelled: 'error.print_cancelled',
  print_aborted: 'error.print_aborted',
  print_unknown: 'error.print_unknown',
  printer_takes_nothing: 'error.printer_takes_nothing',
  printer_gone: 'error.printer_gone',
  print_job_not_found: 'error.print_job_not_found',
  paper_not_found: 'error.paper_not_found',
  table_too_large: 'error.table_too_large',
  table_too_long: 'error.table_too_long',
  table_too_wide: 'error.table_too_wide',
  table_is_workbook: 'error.table_is_workbook',
  table_not_text: 'error.table_not_text',
  table_empty: 'error.table_empty',
  table_columns_missing: 'error.table_columns_missing',
  table_column_twice: 'error.table_column_twice',
  batch_not_read: 'error.batch_not_read',
  batch_changed: 'error.batch_changed',
  batch_nothing_ready: 'error.batch_nothing_ready',
  batch_running: 'error.batch_running',
  batch_not_found: 'error.batch_not_found',
  batch_ended: 'error.batch_ended',
  locked: 'error.locked',
  internal: 'error.internal',
};

const FIELDS: Record<FieldCode, MessageKey> = {
  missing: 'problem.missing',
  too_long: 'problem.too_long',
  unusually_long: 'problem.unusually_long',
  unprintable: 'problem.unprintable',
  no_letters: 'problem.no_letters',
  unusual_character: 'problem.unusual_character',
  phone_form: 'problem.phone_form',
  phone_length: 'problem.phone_length',
  phone_country: 'problem.phone_country',
  email_form: 'problem.email_form',
  country_unknown: 'problem.country_unknown',
  choice_unknown: 'problem.choice_unknown',
  date_form: 'problem.date_form',
  date_in_future: 'problem.date_in_future',
  date_too_long_ago: 'problem.date_too_long_ago',
  underage: 'problem.underage',
  document_form: 'problem.document_form',
  passport_form: 'problem.passport_form',
  dpi_length: 'problem.dpi_length',
  dpi_check_digit: 'problem.dpi_check_digit',
  dpi_place: 'problem.dpi_place',
  nit_form: 'problem.nit_form',
  nit_check_character: 'problem.nit_check_character',
  refused_by_gateway: 'problem.refused_by_gateway',
  amount_form: 'problem.amount_form',
  amount_ambiguous: 'problem.amount_ambiguous',
  amount_too_many_decimals: 'problem.amount_too_many_decimals',
  amount_too_large: 'problem.amount_too_large',
  amount_not_positive: 'problem.amount_not_positive',
  amount_overdraws: 'problem.amount_overdraws',
  amount_again_missing: 'problem.amount_again_missing',
  amount_again_differs: 'problem.amount_again_differs',
  currency_unknown: 'problem.currency_unknown',
  card_state_forbids: 'problem.card_state_forbids',
  card_pays_itself: 'problem.card_pays_itself',
  currencies_differ: 'problem.currencies_differ',
  pages_form: 'problem.pages_form',
  pages_beyond: 'problem.pages_beyond',
  month_form: 'problem.month_form',
  month_in_future: 'problem.month_in_future',
  month_before_card: 'problem.month_before_card',
  minutes_form: 'problem.minutes_form',
  pan_not_digits: 'problem.pan_not_digits',
  pan_length: 'problem.pan_length',
  pan_check_digit: 'problem.pan_check_digit',
  pan_other_card: 'problem.pan_other_card',
  pin_not_digits: 'problem.pin_not_digits',
  pin_length: 'problem.pin_length',
  pin_again_differs: 'problem.pin_again_differs',
  code_characters: 'problem.code_characters',
  code_length: 'problem.code_length',
  address_form: 'problem.address_form',
  outcomes_open: 'problem.outcomes_open',
  key_form: 'problem.key_form',
  token_form: 'problem.token_form',
  folder_form: 'problem.folder_form',
  folder_unusable: 'problem.folder_unusable',
  column_missing: 'problem.column_missing',
  cell_count: 'problem.cell_count',
  line_break: 'problem.line_break',
  card_id_form: 'problem.card_id_form',
  card_number_given: 'problem.card_number_given',
  white_space: 'problem.white_space',
  passwords_differ: 'problem.passwords_differ',
  password_form: 'problem.password_form',
  invitation_unknown: 'problem.invitation_unknown',
  invitation_used: 'problem.invitation_used',
  username_taken: 'problem.username_taken',
  types_count: 'problem.types_count',
  type_twice: 'problem.type_twice',
  type_form: 'problem.type_form',
  alias_card_number: 'problem.alias_card_number',
  last_four_form: 'problem.last_four_form',
  serial_form: 'problem.serial_form',
  operation_unknown: 'problem.operation_unknown',
  currency_form: 'problem.currency_form',
  card_unknown: 'problem.card_unknown',
  card_not_single: 'problem.card_not_single',
  document_unknown: 'problem.document_unknown',
  last_four_differs: 'problem.last_four_differs',
  document_differs: 'problem.document_differs',
  currency_differs: 'problem.currency_differs',
  row_repeated: 'problem.row_repeated',
  done_before: 'problem.done_before',
  company_known: 'problem.company_known',
  look_alike_open: 'problem.look_alike_open',
  length_form: 'problem.length_form',
  length_range: 'problem.length_range',
  count_form: 'problem.count_form',
  count_range: 'problem.count_range',
  inserts_overlap: 'problem.inserts_overlap',
  leaves_sheet: 'problem.leaves_sheet',
  no_room_for_code: 'problem.no_room_for_code',
  name_taken: 'problem.name_taken',
  shift_range: 'problem.shift_range',
  too_many_lines: 'problem.too_many_lines',
  placeholder_unknown: 'problem.placeholder_unknown',
  brace_alone: 'problem.brace_alone',
  glyph_missing: 'problem.glyph_missing',
  colour_form: 'problem.colour_form',
  contrast_low: 'problem.contrast_low',
  number_range: 'problem.number_range',
  no_room: 'problem.no_room',
  page_wrong: 'problem.page_wrong',
  logo_too_large: 'problem.logo_too_large',
  logo_kind: 'problem.logo_kind',
  logo_too_many_pixels: 'problem.logo_too_many_pixels',
  logo_shape: 'problem.logo_shape',
  logo_broken: 'problem.logo_broken',
  logo_entities: 'problem.logo_entities',
  logo_script: 'problem.logo_script',
  logo_outside: 'problem.logo_outside',
  logo_foreign: 'problem.logo_foreign',
  logo_text: 'problem.logo_text',
  logo_too_complicated: 'problem.logo_too_complicated',
  logo_empty: 'problem.logo_empty',
  logo_code: 'problem.logo_code',
  passphrase_length: 'problem.passphrase_length',
  passphrase_again_differs: 'problem.passphrase_again_differs',
  passphrase_wrong: 'problem.passphrase_wrong',
  passphrase_waits: 'problem.passphrase_waits',
};

/** What every field of a form is called, at its control and in what is said about it. */
export const FIELD_LABELS: Record<Field, MessageKey> = {
  firstName: 'field.firstName',
  lastName: 'field.lastName',
  username: 'field.username',
  phoneNumber: 'field.phoneNumber',
  address: 'field.address',
  countryOfBirth: 'field.countryOfBirth',
  placeOfBirth: 'field.placeOfBirth',
  gender: 'field.gender',
  maritalStatus: 'field.maritalStatus',
  dateOfBirth: 'field.dateOfBirth',
  documentType: 'field.documentType',
  documentNumber: 'field.documentNumber',
  nit: 'field.nit',
  amount: 'field.amount',
  amountAgain: 'field.amountAgain',
  toCardId: 'field.toCardId',
  note: 'field.note',
  reason: 'field.reason',
  despiteReason: 'field.despiteReason',
  pan: 'field.pan',
  embossedName: 'field.embossedName',
  oneTimeCode: 'field.oneTimeCode',
  pin: 'field.pin',
  pinAgain: 'field.pinAgain',
  companyName: 'field.companyName',
  merchant: 'field.merchant',
  clientSlug: 'field.clientSlug',
  applicationId: 'field.applicationId',
  baseUrl: 'field.baseUrl',
  activationBase: 'field.activationBase',
  secret: 'field.secret',
  confirmationLimit: 'field.confirmationLimit',
  settlingTimeMinutes: 'field.settlingTimeMinutes',
  outputFolder: 'field.outputFolder',
  pages: 'field.pages',
  reprintReason: 'field.reprintReason',
  cardId: 'field.cardId',
  lastFour: 'field.lastFour',
  serial: 'field.serial',
  boxName: 'field.boxName',
  ownerEmail: 'field.ownerEmail',
  alias: 'field.alias',
  invitationCode: 'field.invitationCode',
  deviceId: 'field.deviceId',
  password: 'field.password',
  confirmPassword: 'field.confirmPassword',
  termsAndConditionsAccepted: 'field.termsAndConditionsAccepted',
  transferId: 'field.transferId',
  searchText: 'field.searchText',
  typeWord: 'field.typeWord',
  channel: 'field.channel',
  movementType: 'field.movementType',
  typeModel: 'field.typeModel',
  typeName: 'field.typeName',

  operation: 'field.operation',
  currency: 'field.currency',
  row: 'field.row',
  numberStyle: 'field.numberStyle',
  totalAgain: 'field.totalAgain',
  month: 'field.month',
  sheetName: 'field.sheetName',
  sheetWidth: 'field.sheetWidth',
  sheetHeight: 'field.sheetHeight',
  columns: 'field.columns',
  rows: 'field.rows',
  leftEdge: 'field.leftEdge',
  topEdge: 'field.topEdge',
  pitchAcross: 'field.pitchAcross',
  pitchDown: 'field.pitchDown',
  cellWidth: 'field.cellWidth',
  cellHeight: 'field.cellHeight',
  measuredLeft: 'field.measuredLeft',
  measuredTop: 'field.measuredTop',
  startPlace: 'field.startPlace',
  copies: 'field.copies',
  templateName: 'field.templateName',
  templateLanguages: 'field.templateLanguages',
  accent: 'field.accent',
  logo: 'field.logo',
  logoScale: 'field.logoScale',
  spanishGreeting: 'field.spanishGreeting',
  spanishLead: 'field.spanishLead',
  spanishStep1: 'field.spanishStep1',
  spanishStep2: 'field.spanishStep2',
  spanishStep3: 'field.spanishStep3',
  spanishClosingTitle: 'field.spanishClosingTitle',
  spanishClosing: 'field.spanishClosing',
  englishGreeting: 'field.englishGreeting',
  englishLead: 'field.englishLead',
  englishStep1: 'field.englishStep1',
  englishStep2: 'field.englishStep2',
  englishStep3: 'field.englishStep3',
  englishClosingTitle: 'field.englishClosingTitle',
  englishClosing: 'field.englishClosing',
  sender: 'field.sender',
  insertLayout: 'field.insertLayout',
  idleMinutes: 'field.idleMinutes',
  passphrase: 'field.passphrase',
  newPassphrase: 'field.newPassphrase',
  newPassphraseAgain: 'field.newPassphraseAgain',
};

// A text may name a parameter that an answer did not bring; an empty word is better than a broken sentence.
const NO_PARAMETERS = {
  amount: '',
  code: '',
  path: '',
  message: '',
  character: '',
  serial: '',
  field: '',
  name: '',
  needed: '',
  available: '',
  max: '',
  actual: '',
  years: '',
  ending: '',
  limit: '',
  state: '',
  last_four: '',
  printer: '',
  page: '',
  pages: '',
  reference: '',
  title: '',
  alias: '',
  id: '',
  number: '',
  expected: '',
  line: '',
  currency: '',
  at: '',
  from: '',
  to: '',
  what: '',
  references: '',
  batches: '',
  found: '',
  known: '',
  fields: '',
  reason: '',
  contrast: '',
  least: '',
  min: '',
  width: '',
  height: '',
  first: '',
  second: '',
};
const AMOUNTS = ['ending', 'limit'];
const INSTANTS = ['at'];

/** The errors that are the gateway's answer: its code says more than that it said no. */
const ANSWERS: ReadonlySet<ErrorCode> = new Set(['gateway_refused', 'gateway_not_found', 'gateway_fault']);

function codeText(error: BackendError): string | undefined {
  return ANSWERS.has(error.code) ? gatewayCodeText(error.params.code) : undefined;
}

/** Which permission is missing, by the gateway's own name where it has one, and whom to ask for it. */
export function forbiddenText(permission: string | null | undefined): string {
  return permission ? t('error.gateway_forbidden_named', { permission }) : t('error.gateway_forbidden');
}

/** The operation that an error names: `Load · Q 40.00`. */
function operationIn({ kind = '', amount, currency }: BackendError['params']): string {
  const name = kind in OPERATION_KIND ? t(OPERATION_KIND[kind as OperationKind]) : kind;
  return amount && currency ? `${name} · ${show.money(amount, currency)}` : name;
}

/** What went wrong and what to do, in the operator's language. The gateway's own words only where its code is not known. */
export function errorText(error: BackendError): string {
  const { code, params, detail, reference } = error;
  const known = codeText(error);
  if (known) return known;
  if (code === 'gateway_forbidden') return forbiddenText(params.permission);
  if (code === 'alias_changed' && !params.alias) return t('error.alias_taken_away');
  const text = t(ERRORS[code] ?? 'error.internal', {
    ...NO_PARAMETERS,
    ...params,
    ...(code === 'replacement_balance_changed' && params.amount && params.currency
      ? { amount: show.money(params.amount, params.currency) }
      : {}),
    ...(code === 'reference_of_other' ? { what: operationIn(params) } : {}),
    ...(code === 'not_certain_yet' && params.from ? { from: show.instant(params.from) } : {}),
    message: detail ?? '',
    reference: reference ?? '',
  });
  const told = text.replace(/\s+([.:)])/g, '$1').trim();
  // Whose insert it is: its serial alone would have to be looked up.
  const { name, page, place } = params;
  return name && page && place ? `${told} ${t('error.insert_of', { name, page, place })}` : told;
}

/** The errors of one file, whose place their text leaves out. */
const OF_A_FILE: ReadonlySet<ErrorCode> = new Set([
  'journal_in_use',
  'journal_unwritable',
  'journal_damaged',
  'journal_too_new',
  'disk_full',
]);

/** The gateway's own words, where `errorText` tells its reason in ours; of a file, where it is. */
export function errorDetail(error: BackendError): string | undefined {
  if (OF_A_FILE.has(error.code)) return error.params.path;
  // A code that was read out is refused by the gateway too, for a reason of its own: how many tries are left.
  return codeText(error) || error.code === 'code_refused' ? inItsWords(error.detail) : undefined;
}

/** A card's state for the gateway's word; one that this version does not know stays in that word. */
function cardStateText(word: string): string {
  const state = word.toLowerCase();
  return Object.hasOwn(CARD_STATE, state) ? t(CARD_STATE[state as CardState].text) : word;
}

/**
 * What is wrong with a field, in the words that stand at it and in the summary. Amounts in it are in `currency`, where the
 * form knows it.
 */
export function problemText(problem: FieldProblem, currency?: string | null): string {
  const field = t(FIELD_LABELS[problem.field]);
  const known = problem.code === 'refused_by_gateway' ? gatewayFieldText(problem.params.code) : undefined;
  if (known) return `${field}: ${known}`;
  const params: Record<string, string> = { ...NO_PARAMETERS, field, example: show.amount('1234.50') };
  for (const [name, value] of Object.entries(problem.params)) {
    if (value === undefined) continue;
    if (AMOUNTS.includes(name)) params[name] = currency ? show.money(value, currency) : show.amount(value);
    else params[name] = INSTANTS.includes(name) ? show.instant(value) : value;
  }
  // The gateway names the field alone; the plastic in hand says what to do about it.
  if (problem.code === 'refused_by_gateway' && problem.field === 'embossedName')
    return t('problem.embossed_name_refused', params);
  // Where no card is meant, the sentence about finding one in another way helps nobody.
  if (problem.code === 'card_number_given' && problem.field !== 'cardId')
    return t('problem.card_number_in_text', params);
  if (problem.code === 'amount_ambiguous' && problem.params.first)
    return t('problem.amount_ambiguous_readings', params);
  if (problem.code === 'card_state_forbids' && problem.params.state)
    return t('problem.card_state_named', { ...params, state: cardStateText(problem.params.state) });
  if (problem.code === 'code_length' && problem.params.expected) return t('problem.code_length_exact', params);
  return t(FIELDS[problem.code], params);
}

/** The gateway's own words about a field that it refused. They stand at the field alone: a summary is told in ours. */
export function problemDetail(problem: FieldProblem): string | undefined {
  return problem.code === 'refused_by_gateway' ? inItsWords(problem.params.message) : undefined;
}

/** What stands at a field: our words, and below them the gateway's where it refused. */
export function problemShown(problem: FieldProblem, currency?: string | null): Problem {
  const detail = problemDetail(problem);
  return {
    message: problemText(problem, currency),
    severity: problem.severity,
    ...(detail === undefined ? {} : { detail }),
  };
}
