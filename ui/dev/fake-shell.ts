// Stands in for the shell: answers every command from memory, with a little delay. `?people=100000` makes a long
// directory, `?env=production` another environment, `?fail=1` a gateway that can't be reached, `?forbidden=1` a company without any permission, `?drafts=1` interrupted print runs, `?fault=1` an insert that can't be printed, `?lock=5` a lock after five minutes, `?locked=1` one that is closed (its passphrase is `12345678`), `?keychain=missing` a lock whose keychain fails. An amount of 13 is
// refused, 14 is never answered, 15 does not leave the machine, 17 is never answered and may be a movement without a reference,
// 18 is answered and can't be written down.

import type {
  ActionOffer,
  ActivityPage,
  ActivityRequest,
  ActivityRow,
  AttentionView,
  FollowUpDraft,
  FollowUpForm,
  FollowUpKind,
  SettleForm,
  CardState,
  CardholderRow,
  CardholderView,
  ClearContradictionForm,
  CardSummary,
  CardView,
  ConnectionReport,
  DirectoryPage,
  DirectoryQuery,
  Environment,
  ErrorView,
  FaultPlanForm,
  FaultsView,
  FieldProblem,
  FundsDraft,
  FundsDraftRequest,
  FundsForm,
  HappeningsPage,
  HappeningsRequest,
  HappeningView,
  IssueOutcome,
  IssuerStatementView,
  MovementRow,
  MovementsRequest,
  MovementsView,
  OperationView,
  PreviewCheck,
  PreviewPage,
  PrintRequest,
  PrintRunView,
  ProfileForm,
  ProfileView,
  QueueRow,
  RegistrationForm,
  SessionView,
  SettingsChange,
  SimilarMovement,
  StatementRequest,
} from '../src/lib/backend/bindings';
import { FakeBatches } from './fake-batches';
import { FakeLock } from './fake-lock';
import { FakePacking } from './fake-packing';
import { FakePapers } from './fake-papers';
import { FakePrintRuns, fakePage } from './fake-print-runs';
import { FakePractice } from './fake-practice';
import { FakeSecrets } from './fake-secrets';
import { fakeInvitations, fakeTransfers } from './fake-invitations';
import { fakeLinks } from './fake-links';
import { FakeReplacements } from './fake-replacements';
import { fakeTemplates } from './fake-templates';
import { person, pick, type Person } from './fake-people';

const asked = new URLSearchParams(location.search);
const PEOPLE = Number(asked.get('people') ?? 60);
const ENVIRONMENT = (asked.get('env') ?? 'practice') as Environment;
const FAIL = asked.has('fail');
const now = () => new Date().toISOString();
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

interface FakeCard {
  summary: CardSummary;
  rows: MovementRow[];
}
const people: Person[] = Array.from({ length: PEOPLE }, (_, index) => person(index)).sort((one, other) =>
  `${one.last} ${one.first}`.localeCompare(`${other.last} ${other.first}`, 'es'),
);
const cards = new Map<string, FakeCard[]>();
const extra = new Map<string, RegistrationForm>();
const happenings = new Map<string, HappeningView[]>();
const operations: OperationView[] = [];
let nextCard = 90_000;
let nextReference = 1;
let nextHappening = 1;

function error(code: ErrorView['code'], more: Partial<ErrorView> = {}): ErrorView {
  return { code, message: null, params: {}, field: null, fields: [], retryable: false, reference: null, ...more };
}

function minus(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
/** Sums in hundredths: the fake's amounts have two decimals. */
function sum(...amounts: string[]): string {
  const cents = amounts.reduce((total, amount) => {
    const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
    const value = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2));
    return total + (amount.startsWith('-') ? -value : value);
  }, 0n);
  const absolute = cents < 0n ? -cents : cents;
  return `${cents < 0n ? '-' : ''}${absolute / 100n}.${String(absolute % 100n).padStart(2, '0')}`;
}

function newCard(cardholderId: string, seed: number, state: CardSummary['state']): FakeCard {
  const card: FakeCard = {
    summary: {
      cardId: String(nextCard++),
      cardholderId,
      lastFour: String(1000 + pick(seed * 17, 8999)),
      alias: state === 'active' && seed % 3 === 0 ? 'Tarjeta de viáticos' : null,
      state,
      stateWord: state.toUpperCase(),
      currency: 'GTQ',
      balance: '0.00',
      expiry: { month: 11, year: 2029 },
      issuedAt: ago(60 * 24 * (seed % 40)),
      needsInsert: state === 'inactive' && seed % 2 === 0,
    },
    rows: [],
  };
  if (state !== 'inactive') {
    const sample: Array<[number, MovementRow['kind'], string | null, string | null, string]> = [
      [20, 'load', 'Viáticos', 'CD-1QH8-66MD', '1500.00'],
      [15, 'payment', 'Hotel Panajachel', null, '-412.00'],
      [9, 'transfer_out', '•••• 0932', 'CD-5T1A-03ZX', '-250.00'],
      [6, 'payment', 'Restaurante La Esquina', null, '-86.00'],
      [4, 'load', 'Semana 47', 'CD-7F3K-92QM', '1000.00'],
      [3, 'payment', 'Gasolinera El Trébol', null, '-157.50'],
    ];
    for (const [days, kind, description, reference, amount] of sample) {
      move(card, kind, description, reference, amount, ago(days * 1440 + pick(seed + days, 600)));
    }
  }
  return card;
}

function move(
  card: FakeCard,
  kind: MovementRow['kind'],
  description: string | null,
  reference: string | null,
  amount: string,
  at = now(),
) {
  const balance = sum(card.summary.balance ?? '0', amount);
  card.summary.balance = balance;
  card.rows.unshift({
    movementId: `m-${card.summary.cardId}-${card.rows.length}`,
    at,
    kind,
    kindWord: kind.toUpperCase(),
    description,
    reference,
    isOurs: reference?.startsWith('CD-') ?? false,
    direction: amount.startsWith('-') ? 'out' : 'in',
    currency: 'GTQ',
    amount,
    balance,
    isBalanceComputed: asked.has('disagree') && kind === 'payment',
  });
}

for (const [index, each] of people.entries()) {
  if (index % 7 === 3) cards.set(each.id, []);
  else
    cards.set(each.id, [
      newCard(each.id, index, index % 5 === 1 ? 'inactive' : index % 11 === 5 ? 'blocked' : 'active'),
    ]);
}

const displayName = (each: Person) => `${each.last}, ${each.first}`;
const cardsOf = (id: string) => cards.get(id) ?? [];
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function rowOf(each: Person): CardholderRow {
  return {
    cardholderId: each.id,
    displayName: displayName(each),
    documentType: 'DPI',
    documentNumber: each.dpi,
    username: each.username,
    phoneNumber: each.phone,
    cards: cardsOf(each.id).map(({ summary }) => ({
      cardId: summary.cardId,
      lastFour: summary.lastFour,
      state: summary.state,
    })),
  };
}

function directory(query: DirectoryQuery): DirectoryPage {
  const words = fold(query.text).split(/\s+/).filter(Boolean);
  const matched = people.filter((each) => {
    const mine = cardsOf(each.id).map(({ summary }) => summary);
    if (query.filter === 'no_card' && mine.length > 0) return false;
    if (query.filter === 'card_without_insert' && !mine.some((card) => card.needsInsert)) return false;
    if (query.filter === 'never_activated' && !mine.some((card) => card.state === 'inactive')) return false;
    const hay = fold(
      `${displayName(each)} ${each.username} ${each.phone} ${each.dpi} ${mine.map((card) => card.lastFour).join(' ')}`,
    ).split(/[\s,]+/);
    return words.every((word) => hay.some((part) => part.startsWith(word)));
  });
  const key = (each: Person): string => {
    const newest = cardsOf(each.id)[0]?.summary;
    switch (query.order.by) {
      case 'document':
        return each.dpi;
      case 'email':
        return each.username;
      case 'phone':
        return each.phone;
      case 'last_four':
        return newest?.lastFour ?? '';
      case 'card_state':
        return newest ? String(['inactive', 'active', 'blocked', 'other'].indexOf(newest.state)) : '';
      default:
        return '';
    }
  };
  if (query.order.by === 'name' && query.order.isDescending) matched.reverse();
  matched.sort((one, other) => {
    const [mine, theirs] = [key(one), key(other)];
    if (mine === '' || theirs === '') return Number(mine === '') - Number(theirs === '');
    return mine.localeCompare(theirs) * (query.order.isDescending ? -1 : 1);
  });
  return {
    rows: matched.slice(query.offset, query.offset + query.limit).map(rowOf),
    located: locatedIn(matched, query.locate),
    matched: matched.length,
    total: people.length,
  };
}

function locatedIn(matched: readonly Person[], id: string | null): number | null {
  const index = matched.findIndex((each) => each.id === id);
  return index < 0 ? null : index;
}

function find(id: string): Person {
  const found = people.find((each) => each.id === id);
  if (!found) throw error('cardholder_not_found');
  return found;
}
function findCard(cardId: string): FakeCard {
  for (const mine of cards.values()) {
    const found = mine.find(({ summary }) => summary.cardId === cardId);
    if (found) return found;
  }
  throw error('card_not_found');
}

const freshness = () => ({
  fetchedAt: FAIL ? ago(190) : now(),
  isStale: FAIL,
  error: FAIL ? error('gateway_not_connected', { retryable: true }) : null,
});

function cardholder(id: string): CardholderView {
  const each = find(id);
  const form = extra.get(id);
  return {
    profile: {
      cardholderId: id,
      displayName: displayName(each),
      firstName: each.first,
      lastName: each.last,
      username: each.username,
      phoneNumber: each.phone,
      address: form?.address ?? '4a avenida 12-30, zona 1',
      countryOfBirth: form?.countryOfBirth ?? 'GTM',
      placeOfBirth: form?.placeOfBirth ?? each.town,
      gender: 'F',
      maritalStatus: 'casado',
      dateOfBirth: form?.dateOfBirth ?? '1990-02-28',
      documentType: 'DPI',
      documentNumber: each.dpi,
      nit: form ? form.nit || null : '4820193-7',
      status: 'ACTIVE',
      registeredAt: ago(60 * 24 * 30),
      activationLink: `http://127.0.0.1:3010/card-activation?client=cafeLosVolcanes&userId=${id}`,
    },
    cards: cardsOf(id).map(({ summary }) => ({ ...summary })),
    inserts: cardsOf(id)
      .filter(({ summary }) => !summary.needsInsert)
      .map(({ summary }) => ({
        serial: '0042-017',
        cardId: summary.cardId,
        lastFour: summary.lastFour,
        state: 'printed',
        voidReason: null,
        printedAt: ago(60 * 24 * 8),
        sentTo: pick(Number(summary.cardId), 2) === 0 ? 'file' : 'printer',
        operator: 'operacion',
      })),
    happenings: happeningsOf(id).slice(0, 50),
    replacements: replacements.notes({ cardholderId: id }),
    openOperations: operations.filter(
      (each) => each.cardholderId === id && each.kind === 'issue' && each.state === 'unknown',
    ),
    actions: [
      offer('issue_card', null),
      offer('associate_card', null),
      offer('link_card', null),
      offer('rename_linked_card', null),
      offer('unlink_card', null),
      offer('print_insert', cardsOf(id).length === 0 ? 'no_card' : null),
    ],
    freshness: freshness(),
  };
}

function happening(action: HappeningView['action'], cardId: string | null, minutes = 0): HappeningView {
  return {
    number: String(nextHappening++),
    at: ago(minutes),
    operator: 'operacion',
    action,
    result: 'done',
    cardId,
    reference: null,
    serial: null,
    detail: null,
    note: null,
    sides: null,
    corrects: null,
    makesAgain: null,
    settledAs: null,
    sentTo: null,
  };
}
function record(id: string, what: HappeningView): void {
  happenings.set(id, [what, ...(happenings.get(id) ?? [])]);
}

const RESULTS: ReadonlyArray<HappeningView['result']> = [
  'done',
  'done',
  'done',
  'refused',
  'done',
  'unknown',
  'done',
  'not_sent',
  'done',
  'failed',
  'done',
  'done',
  'done',
];
/** With `?past=300`, so many loads before anything else. */
const PAST: readonly HappeningView[] = Array.from({ length: Number(asked.get('past') ?? 0) }, (_, index) => ({
  ...happening(index % 9 === 4 ? 'card_renamed' : 'funds_loaded', null, 60 * 24 * 29 - index * 60),
  result: RESULTS[index % RESULTS.length] ?? 'done',
  detail: `${100 + index}.00 GTQ`,
})).reverse();

function happeningsOf(id: string): HappeningView[] {
  const registered = { ...happening('registered', null, 60 * 24 * 30), number: '0' };
  const first = cardsOf(id).at(-1)?.summary.cardId ?? null;
  const made = cardsOf(id).filter(({ summary }) => !summary.needsInsert);
  const inserts = made.map(({ summary }, index) => ({
    ...happening('insert_printed', summary.cardId, 60 * 24 * 8),
    number: String(0.1 + index / 100),
    serial: pick(Number(summary.cardId), 2) === 0 ? '0042-017' : '0041-003',
  }));
  return [
    ...(happenings.get(id) ?? []),
    ...PAST.map((row) => ({ ...row, cardId: first })),
    ...inserts.filter(() => first !== null),
    registered,
  ];
}

const KIND_OF: Partial<Record<HappeningView['action'], HappeningsRequest['kind']>> = {
  registered: 'cardholder',
  funds_loaded: 'money',
  funds_withdrawn: 'money',
  funds_transferred: 'money',
  insert_printed: 'insert',
  insert_voided: 'insert',
};

function happeningsPage(request: HappeningsRequest): HappeningsPage {
  const text = request.text.toLowerCase();
  const rows = happeningsOf(request.cardholderId).filter(
    (row) =>
      (request.cardId === null || row.cardId === request.cardId) &&
      (request.before === null || Number(row.number) < Number(request.before)) &&
      (request.kind === null || (KIND_OF[row.action] ?? 'card') === request.kind) &&
      (request.results.length === 0 || request.results.includes(row.result)) &&
      (text === '' ||
        request.textActions.includes(row.action) ||
        `${row.operator} ${row.reference} ${row.serial} ${row.detail}`.toLowerCase().includes(text)),
  );
  return { rows: rows.slice(0, request.limit), hasOlder: rows.length > request.limit };
}

function activityPage(request: ActivityRequest): ActivityPage {
  const text = request.text.toLowerCase();
  const rows = people
    .flatMap((each) =>
      happeningsOf(each.id).map((row): ActivityRow => ({
        happening: { ...row, number: String(Date.parse(row.at) * 100 + (people.indexOf(each) % 100)) },
        cardholderId: each.id,
        displayName: displayName(each),
        lastFour: cardsOf(each.id).find(({ summary }) => summary.cardId === row.cardId)?.summary.lastFour ?? '',
      })),
    )
    .sort((one, other) => Number(other.happening.number) - Number(one.happening.number))
    .filter(
      ({ happening: row, displayName: name }) =>
        (request.before === null || Number(row.number) < Number(request.before)) &&
        (request.kind === null || (KIND_OF[row.action] ?? 'card') === request.kind) &&
        (request.results.length === 0 || request.results.includes(row.result)) &&
        (request.operator === null || row.operator === request.operator) &&
        (request.day === null || row.at.startsWith(request.day)) &&
        (text === '' ||
          request.textActions.includes(row.action) ||
          `${name} ${row.operator} ${row.reference} ${row.serial} ${row.detail}`.toLowerCase().includes(text)),
    );
  return { rows: rows.slice(0, request.limit), hasOlder: rows.length > request.limit, operators: ['operacion'] };
}

/** What the gateway has denied in this session, with `?forbidden`: the first try of each is refused. */
const denied = new Map<ActionOffer['action'], string>();
const PERMISSION: Partial<Record<ActionOffer['action'], string>> = {
  activate: 'activation',
  block: 'updateStatus',
  unblock: 'updateStatus',
  rename: 'updateAlias',
  set_pin: 'assignPIN',
  reveal_cvv: 'checkCvv',
};

function offer(action: ActionOffer['action'], notOffered: ActionOffer['notOffered']): ActionOffer {
  const permission = denied.get(action) ?? null;
  return { action, notOffered: permission === null ? notOffered : 'permission_missing', permission };
}

/** Refuses the first try of what needs a permission, and remembers. */
function permit(action: ActionOffer['action']): void {
  const permission = PERMISSION[action];
  if (!asked.has('forbidden') || permission === undefined) return;
  denied.set(action, permission);
  throw error('gateway_forbidden', { params: { permission, status: '403' } });
}

function card(cardId: string): CardView {
  const { summary } = findCard(cardId);
  const each = find(summary.cardholderId);
  const waits = summary.state === 'inactive' ? 'card_inactive' : null;
  const blocked = summary.state === 'blocked' ? 'card_blocked' : null;
  const closed = waits ?? blocked;
  const nothing = /[1-9]/.test(summary.balance ?? '1') ? null : 'nothing_to_withdraw';
  return {
    card: { ...summary },
    cardholderDisplayName: displayName(each),
    cardholderDocument: `DPI ${each.dpi}`,
    embossedName: null,
    pendingDebits: summary.state === 'active' ? '120.00' : '0.00',
    pendingCredits: null,
    currencyDigits: 2,
    activatedAt: null,
    actions: [
      offer('load', closed),
      offer('withdraw', closed ?? nothing),
      offer('transfer', closed ?? nothing),
      offer('adjustment_load', closed),
      offer('adjustment_withdrawal', closed),
      offer('activate', summary.state === 'active' ? 'card_already_active' : blocked),
      offer('block', closed),
      offer('unblock', summary.state === 'active' ? 'card_already_active' : waits),
      offer('rename', waits),
      offer('request_statement', waits),
      offer('set_pin', closed),
      offer('verify_pin', closed),
      offer('reveal_cvv', closed),
      offer(
        'replace',
        replacements.notes({ cardId }).some((note) => note.oldCardId === cardId && note.standing === 'finished')
          ? 'card_replaced'
          : null,
      ),
      offer(
        'print_insert',
        replacements.notes({ cardId }).some((note) => note.oldCardId === cardId && note.standing !== 'stopped')
          ? 'card_replaced'
          : null,
      ),
    ],
    replacements: replacements.notes({ cardId }),
    openOperations: operations.filter((each) => each.cardId === cardId && each.state === 'unknown'),
    freshness: freshness(),
  };
}

function movements({ cardId, from, until }: MovementsRequest): MovementsView {
  const monthIndex = (year: number, month: number) => year * 12 + month;
  const rows = findCard(cardId).rows.filter((row) => {
    const at = new Date(row.at);
    const index = monthIndex(at.getFullYear(), at.getMonth() + 1);
    return index >= monthIndex(from.year, from.month) && index <= monthIndex(until.year, until.month);
  });
  const [newest, oldest] = [rows[0], rows.at(-1)];
  const credits = rows.filter((row) => !row.amount.startsWith('-')).map((row) => row.amount);
  const debits = rows.filter((row) => row.amount.startsWith('-')).map((row) => minus(row.amount));
  return {
    cardId,
    from,
    until,
    beginsAt: new Date(Date.UTC(from.year, from.month - 1, 1, 6)).toISOString(),
    endsAt: new Date(Date.UTC(until.year, until.month, 1, 6)).toISOString(),
    currency: 'GTQ',
    rows: [...rows],
    totals: rows.length > 0 ? [{ currency: 'GTQ', credits: sum(...credits), debits: sum(...debits) }] : [],
    opening: oldest?.balance ? sum(oldest.balance, minus(oldest.amount)) : null,
    closing: newest?.balance ?? null,
    check: asked.has('disagree')
      ? { state: 'card_disagrees', expected: newest?.balance ?? '0.00', told: '12.00' }
      : { state: rows.length > 0 ? 'agrees' : 'not_checked' },
    fetchedAt: now(),
  };
}

const problem = (
  field: FieldProblem['field'],
  code: FieldProblem['code'],
  severity: FieldProblem['severity'] = 'error',
  params: Record<string, string> = {},
): FieldProblem => ({ field, code, severity, params });

function checkRegistration(form: RegistrationForm): FieldProblem[] {
  const found: FieldProblem[] = [];
  const required = [
    'firstName',
    'lastName',
    'username',
    'phoneNumber',
    'address',
    'countryOfBirth',
    'placeOfBirth',
    'gender',
    'maritalStatus',
    'dateOfBirth',
    'documentType',
    'documentNumber',
  ] as const;
  for (const field of required) if (form[field].trim() === '') found.push(problem(field, 'missing'));
  if (form.username !== '' && !/^\S+@\S+\.\S+$/.test(form.username)) found.push(problem('username', 'email_form'));
  if (form.phoneNumber !== '' && !/^(\+\d{7,15}|\d{8})$/.test(form.phoneNumber.replace(/[ -]/g, '')))
    found.push(problem('phoneNumber', 'phone_form'));
  if (form.dateOfBirth !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(form.dateOfBirth))
    found.push(problem('dateOfBirth', 'date_form'));
  if (form.documentType === 'DPI' && form.documentNumber !== '' && form.documentNumber.replace(/ /g, '').length !== 13)
    found.push(problem('documentNumber', 'dpi_length'));
  if (/\d/.test(form.firstName)) found.push(problem('firstName', 'unusual_character', 'warning', { character: '1' }));
  return found;
}

function register(form: RegistrationForm): CardholderView {
  const found = checkRegistration(form).filter((each) => each.severity === 'error');
  if (found.length > 0) throw error('fields_need_mending', { fields: found, field: found[0]?.field ?? null });
  const made: Person = {
    ...person(people.length + 500),
    first: form.firstName,
    last: form.lastName,
    username: form.username,
    phone: form.phoneNumber,
    dpi: form.documentNumber,
  };
  people.push(made);
  people.sort((one, other) => `${one.last} ${one.first}`.localeCompare(`${other.last} ${other.first}`, 'es'));
  cards.set(made.id, []);
  extra.set(made.id, form);
  return cardholder(made.id);
}

function registerInvited(username: string): CardholderView {
  const made: Person = { ...person(people.length + 700), first: '', last: username, username, phone: '', dpi: '' };
  people.push(made);
  cards.set(made.id, []);
  record(made.id, happening('registered_by_invitation', null));
  return cardholder(made.id);
}

function transferSide(index: number) {
  const { summary } = people.flatMap((each) => cardsOf(each.id))[index * 3] ?? findCard('90000');
  return {
    cardId: summary.cardId,
    known: {
      cardholderId: summary.cardholderId,
      cardholderDisplayName: displayName(find(summary.cardholderId)),
      lastFour: summary.lastFour,
      alias: summary.alias,
    },
  };
}

function operation(
  kind: OperationView['kind'],
  state: OperationView['state'],
  more: Partial<OperationView>,
): OperationView {
  return {
    reference: `CD-${String(nextReference++).padStart(4, '0')}-41KE`,
    kind,
    state,
    cardId: null,
    cardholderId: null,
    amount: null,
    currency: 'GTQ',
    note: null,
    draftedAt: now(),
    changedAt: now(),
    operator: 'operacion',
    gatewayCode: null,
    cause: null,
    detail: null,
    sides: null,
    movementId: null,
    permission: null,
    toCardId: null,
    basis: null,
    balanceAfter: null,
    names: [],
    namedBy: [],
    contradiction: null,
    doneInsteadBy: null,
    leftToBatch: null,
    canLookAgain: state === 'unknown',
    canCorrect: (state === 'applied' || state === 'settled_applied') && kind !== 'issue',
    canMakeAgain: state === 'refused' || state === 'not_sent' || state === 'settled_not_applied',
    ...more,
  };
}

function issue(cardholderId: string): IssueOutcome {
  const made = newCard(cardholderId, nextCard, 'inactive');
  made.summary.needsInsert = true;
  cards.set(cardholderId, [made, ...cardsOf(cardholderId)]);
  record(cardholderId, happening('card_issued', made.summary.cardId));
  // The invented cardholder is quick: the card is activated after a while.
  setTimeout(() => {
    made.summary.state = 'active';
    record(cardholderId, happening('card_state_changed', made.summary.cardId));
  }, 15_000);
  return {
    operation: operation('issue', 'applied', { cardholderId, cardId: made.summary.cardId }),
    card: { ...made.summary },
  };
}

const replacements = new FakeReplacements({
  card: (cardId) => findCard(cardId).summary,
  name: (id) => displayName(find(id)),
  setState: (cardId, state) => {
    const { summary } = findCard(cardId);
    Object.assign(summary, { state, stateWord: state.toUpperCase() });
    record(summary.cardholderId, happening('card_blocked', cardId));
  },
  issue: (id) => {
    const made = issue(id).card;
    if (!made) throw error('internal');
    return made;
  },
  transfer: (from, to, amount) => {
    const [payer, paid] = [findCard(from), findCard(to)];
    const made = operation('transfer', 'applied', {
      cardId: from,
      toCardId: to,
      cardholderId: payer.summary.cardholderId,
      amount,
    });
    operations.unshift(made);
    move(payer, 'transfer_out', null, made.reference, minus(amount));
    move(paid, 'transfer_in', null, made.reference, amount);
    record(payer.summary.cardholderId, {
      ...happening('funds_transferred', from),
      reference: made.reference,
      detail: `${amount} GTQ`,
    });
    return made;
  },
  error,
});

const drafts = new Map<string, FundsDraftRequest & { reference: string }>();

function draftFunds(request: FundsDraftRequest): FundsDraft {
  if (operations.some(({ reference }) => reference === request.reference))
    throw error('submitted_already', { reference: request.reference });
  const reference = request.reference ?? operation('load', 'drafted', {}).reference;
  drafts.set(reference, { ...request, reference });
  const { summary } = findCard(request.cardId);
  const typed = request.amountTyped.trim();
  const problems: FieldProblem[] = [];
  let amount: string | null = null;
  if (typed === '') problems.push(problem('amount', 'missing'));
  else if (!/^\d{1,3}(,?\d{3})*(\.\d+)?$/.test(typed)) problems.push(problem('amount', 'amount_form'));
  else if (/\.\d{3,}$/.test(typed)) problems.push(problem('amount', 'amount_too_many_decimals', 'error', { max: '2' }));
  else amount = sum(typed.replaceAll(',', ''));
  if (amount === '0.00') problems.push(problem('amount', 'amount_not_positive'));
  const goesOn = request.kind === 'load' || request.kind === 'adjustment_load';
  const ending = amount === null ? null : sum(summary.balance ?? '0', goesOn ? amount : minus(amount));
  if (request.kind === 'transfer' && request.toCardId === null) problems.push(problem('toCardId', 'missing'));
  if (ending?.startsWith('-')) problems.push(problem('amount', 'amount_overdraws', 'error', { ending }));
  return {
    reference,
    cardId: request.cardId,
    lastFour: summary.lastFour,
    cardholderDisplayName: displayName(find(summary.cardholderId)),
    alias: summary.alias,
    kind: request.kind,
    amount,
    currency: 'GTQ',
    balance: summary.balance,
    endingBalance: ending,
    balanceFetchedAt: now(),
    otherSide: otherSide(request.toCardId, amount),
    lookAlikes: operations.filter(
      (each) =>
        each.state === 'unknown' &&
        each.cardId === request.cardId &&
        each.kind === request.kind &&
        each.amount === amount,
    ),
    problems,
    needsAmountAgain: amount !== null && sum('5000.00', minus(amount)).startsWith('-'),
    confirmationLimit: '5000.00',
  };
}

function otherSide(toCardId: string | null, amount: string | null): FundsDraft['otherSide'] {
  if (toCardId === null) return null;
  const { summary } = findCard(toCardId);
  return {
    cardId: toCardId,
    lastFour: summary.lastFour,
    alias: summary.alias,
    cardholderDisplayName: displayName(find(summary.cardholderId)),
    balance: summary.balance,
    balanceFetchedAt: null,
    endingBalance: amount === null ? null : sum(summary.balance ?? '0', amount),
  };
}

const OPPOSITE = {
  load: 'withdrawal',
  withdrawal: 'load',
  adjustment_load: 'adjustment_withdrawal',
  adjustment_withdrawal: 'adjustment_load',
  transfer: 'transfer',
} as const;
const followUps = new Map<string, { older: OperationView; kind: FollowUpKind }>();

function draftFollowUp(olderReference: string, kind: FollowUpKind, going: string | null): FollowUpDraft {
  const older = operations.find((each) => each.reference === olderReference);
  if (!older) throw error('operation_not_found', { reference: olderReference });
  if (older.kind === 'issue' || older.cardId === null) {
    const reference = going ?? operation('issue', 'drafted', {}).reference;
    followUps.set(reference, { older, kind });
    return { reference, kind, older, funds: null };
  }
  const isBack = kind === 'corrects';
  const funds = draftFunds({
    cardId: isBack ? (older.toCardId ?? older.cardId) : older.cardId,
    kind: isBack ? OPPOSITE[older.kind] : older.kind,
    toCardId: older.toCardId === null ? null : isBack ? older.cardId : older.toCardId,
    amountTyped: older.amount ?? '',
    reference: going,
  });
  followUps.set(funds.reference, { older, kind });
  return { reference: funds.reference, kind, older, funds };
}

function submitFollowUp(form: FollowUpForm): OperationView {
  const found = followUps.get(form.reference);
  if (!found) throw error('operation_not_found');
  const { older, kind } = found;
  if (kind === 'corrects' && form.reason.trim() === '')
    throw error('fields_need_mending', { fields: [problem('reason', 'missing')] });
  const made =
    older.kind === 'issue'
      ? operation('issue', 'applied', { reference: form.reference, cardholderId: older.cardholderId })
      : submitFunds({
          reference: form.reference,
          toCardId: drafts.get(form.reference)?.toCardId ?? null,
          amountTyped: older.amount ?? '',
          amountAgain: form.amountAgain,
          note: form.reason,
          despite: form.despite,
        });
  made.names = [{ kind, reference: older.reference, reason: form.reason || null }];
  older.namedBy = [{ kind, reference: made.reference, reason: form.reason || null }];
  older.canCorrect = false;
  older.canMakeAgain = false;
  return made;
}

/** What the gateway shows that is like it: of an amount of 17.00, also a movement that names no operation. */
function similarTo({ amount }: OperationView): SimilarMovement[] {
  if (amount === null) return [];
  const ofAnother = {
    movementId: 'm-77',
    at: ago(-1),
    amount,
    description: 'Viáticos',
    reference: 'CD-5T1A-03ZX',
    mayBeIt: false,
  };
  const withoutReference = { ...ofAnother, movementId: 'm-78', description: 'Ajuste', reference: null, mayBeIt: true };
  return amount === '17.00' ? [withoutReference, ofAnother] : [ofAnother];
}

/** An operation may be said not to be applied half a minute after it was lost. */
const SETTLING_MS = 30_000;

function attention(): AttentionView {
  const side = (cardId: string | null, before: string | null, amount: string | null) => {
    if (cardId === null) return null;
    const { summary } = findCard(cardId);
    return {
      cardId,
      lastFour: summary.lastFour,
      balanceBefore: before,
      balanceNow: summary.balance,
      balanceIfApplied: before === null || amount === null ? null : sum(before, amount),
    };
  };
  return {
    settlingTimeMinutes: 2,
    contradictions: operations
      .filter((each) => each.contradiction !== null && each.contradiction.cleared === null && !corrected(each))
      .map((each) => ({
        operation: each,
        card: side(each.cardId, '250.00', each.amount),
        toCard: null,
        cardholderDisplayName: each.cardholderId === null ? '' : displayName(find(each.cardholderId)),
        saidBy: 'Marta Ixcot',
        movements: [
          {
            movementId: 'm-91',
            at: each.draftedAt,
            amount: each.amount ?? '0.00',
            description: null,
            reference: each.reference,
            mayBeIt: false,
          },
        ],
        madeAgain: operations.filter(({ names }) =>
          names.some((link) => link.kind === 'makes_again' && link.reference === each.reference),
        ),
      })),
    replacements: replacements.notes('open'),
    rows: operations
      .filter((each) => each.state === 'unknown')
      .map((each) => {
        const isOut = each.kind === 'withdrawal' || each.kind === 'adjustment_withdrawal' || each.kind === 'transfer';
        const before = each.cardId === null ? null : (findCard(each.cardId).summary.balance ?? null);
        const certainFrom = new Date(new Date(each.changedAt).getTime() + SETTLING_MS);
        return {
          operation: each,
          card: side(each.cardId, before, each.amount === null ? null : isOut ? minus(each.amount) : each.amount),
          toCard: side(each.toCardId, '100.00', each.amount),
          cardholderDisplayName: each.cardholderId === null ? '' : displayName(find(each.cardholderId)),
          balanceSeenAt: each.draftedAt,
          cardsBefore: each.kind === 'issue' ? ['90001'] : [],
          looks: 3,
          lastLook: { at: ago(0), found: 'nothing' as const },
          shownAt: ago(0),
          similar: similarTo(each),
          newCards:
            each.kind === 'issue'
              ? [
                  { cardId: '90007', lastFour: '4471', issuedAt: ago(-1) },
                  { cardId: '90008', lastFour: '', issuedAt: null },
                ]
              : [],
          nextLookAt: ago(-2),
          isUnderway: false,
          certainFrom: certainFrom.toISOString(),
          offersNotApplied: each.kind !== 'issue' && Date.now() > certainFrom.getTime(),
          withheld: each.kind === 'issue' ? 'possible_cards' : Date.now() > certainFrom.getTime() ? null : 'time',
        };
      }),
  };
}

function corrected(operation: OperationView): boolean {
  return operation.namedBy.some(({ kind }) => kind === 'corrects');
}

function clearContradiction(form: ClearContradictionForm): OperationView {
  const found = operations.find((each) => each.reference === form.reference);
  if (!found?.contradiction) throw error('contradiction_not_open', { reference: form.reference });
  if (form.reason.trim() === '') throw error('fields_need_mending', { fields: [problem('reason', 'missing')] });
  found.contradiction = { ...found.contradiction, cleared: form.reason };
  return { ...found };
}

function settle(form: SettleForm): OperationView {
  const found = operations.find((each) => each.reference === form.reference);
  if (found?.state !== 'unknown') throw error('operation_not_open', { reference: form.reference });
  if (form.reason.trim() === '') throw error('fields_need_mending', { fields: [problem('reason', 'missing')] });
  const isPossible = ({ movementId, mayBeIt }: SimilarMovement) => mayBeIt && !form.noneOf.includes(movementId);
  if (form.outcome === 'not_applied' && similarTo(found).some(isPossible))
    throw error('may_be_shown', { reference: form.reference });
  found.state = form.outcome === 'applied' ? 'settled_applied' : 'settled_not_applied';
  Object.assign(found, {
    basis: 'person',
    detail: form.reason,
    canLookAgain: false,
    canCorrect: form.outcome === 'applied',
    canMakeAgain: form.outcome === 'not_applied',
  });
  return { ...found };
}

function submitFunds(form: FundsForm): OperationView {
  const request = drafts.get(form.reference);
  if (!request) throw error('operation_not_found');
  const draft = draftFunds({ ...request, toCardId: form.toCardId, amountTyped: form.amountTyped });
  const alike = draft.lookAlikes[0];
  if (alike && !form.despite) throw error('look_alike_open', { reference: alike.reference });
  if (form.despite?.reason.trim() === '')
    throw error('fields_need_mending', { fields: [problem('despiteReason', 'missing')] });
  if (draft.needsAmountAgain && !form.amountAgain)
    throw error('fields_need_mending', {
      fields: [problem('amountAgain', 'amount_again_missing', 'error', { limit: '5000.00' })],
    });
  if (draft.needsAmountAgain && form.amountAgain !== form.amountTyped)
    throw error('fields_need_mending', { fields: [problem('amountAgain', 'amount_again_differs')] });
  const amount = draft.amount ?? '0.00';
  const found = findCard(request.cardId);
  const more = {
    reference: form.reference,
    cardId: request.cardId,
    toCardId: form.toCardId,
    cardholderId: found.summary.cardholderId,
    amount,
    note: form.note || null,
  };
  let made: OperationView;
  if (asked.has('forbidden') && request.kind === 'adjustment_withdrawal') {
    denied.set('adjustment_withdrawal', 'withdrawFunds').set('withdraw', 'withdrawFunds');
    made = operation(request.kind, 'refused', { ...more, cause: 'forbidden', permission: 'withdrawFunds' });
  } else if (amount === '13.00')
    made = operation(request.kind, 'refused', {
      ...more,
      gatewayCode: request.kind === 'withdrawal' ? '7303' : '7213',
      detail: request.kind === 'withdrawal' ? 'insufficient funds' : 'card is in a state that does not allow this',
    });
  else if (amount === '14.00' || amount === '17.00' || amount === '18.00')
    made = operation(request.kind, 'unknown', { ...more, cause: 'timed_out' });
  else if (amount === '16.00')
    made = operation(request.kind, 'settled_not_applied', {
      ...more,
      basis: 'person',
      detail: 'El emisor dice que no le llegó',
      contradiction: { foundAt: now(), movementId: 'm-91', isProof: true, cleared: null },
      canCorrect: true,
      canMakeAgain: false,
    });
  else if (amount === '15.00') made = operation(request.kind, 'not_sent', more);
  else {
    const goesOn = request.kind === 'load' || request.kind === 'adjustment_load';
    const moved = request.kind === 'transfer' ? 'transfer_out' : goesOn ? 'load' : 'withdrawal';
    move(found, moved, form.note || null, form.reference, goesOn ? amount : minus(amount));
    // The gateway's answer to a transfer tells no balance.
    const balanceAfter = request.kind === 'transfer' ? null : found.summary.balance;
    made = operation(request.kind, 'applied', { ...more, balanceAfter });
    record(found.summary.cardholderId, {
      ...happening(request.kind === 'load' ? 'funds_loaded' : 'funds_withdrawn', request.cardId),
      reference: form.reference,
      detail: `${amount} GTQ`,
    });
  }
  operations.unshift(made);
  if (amount === '18.00') throw error('outcome_not_written', { reference: made.reference });
  return made;
}

const profile: ProfileView = {
  id: ENVIRONMENT,
  environment: ENVIRONMENT,
  companyName: 'Café Los Volcanes, S. A.',
  merchant: 'cafe-los-volcanes',
  clientSlug: 'cafeLosVolcanes',
  applicationId: 'desk-practice',
  baseUrl: 'http://127.0.0.1:3010',
  activationBase: 'http://127.0.0.1:3010/card-activation',
  hasOwnAddresses: false,
  loginMethod: 'signing_key',
  secret: 'built_in',
  numberStyle: 'comma_thousands',
  confirmationLimit: '5000.00',
  settlingTimeMinutes: 2,
  isActive: true,
};
const SYSTEM_LANGUAGE = asked.get('language') === 'en' ? 'english' : 'spanish';
const idleLock = new FakeLock(error, asked.get('lock'), asked.has('locked'), asked.get('keychain'));
const session: SessionView = {
  profile,
  profiles: [profile],
  settings: {
    language: 'system',
    theme: (asked.get('theme') ?? 'system') as SessionView['settings']['theme'],
    greetingIsFinished: !asked.has('greeting'),
    outputFolder: '/home/operador/Documentos/Cardesk',
    insertPaper: 'letter-trifold-10',
    insertLanguage: 'spanish',
    insertTemplate: 'classic',
    printer: null,
    statementPaper: 'letter',
    packingSound: true,
    lists: {},
  },
  language: SYSTEM_LANGUAGE,
  operator: 'operacion',
  version: '0.1.0',
  today: now().slice(0, 10),
  blocked: asked.has('blocked') ? error('keychain_missing') : null,
  notices: asked.has('notice') ? [{ kind: 'operations_interrupted', count: 1 }] : [],
  actions: [],
  counts: { cardholders: PEOPLE, needingInsert: 0, needsAttention: 0 },
  lastRun: null,
  lock: idleLock.view(),
};

function changeSettings(change: SettingsChange): SessionView {
  const { settings } = session;
  switch (change.setting) {
    case 'language':
      settings.language = change.value;
      session.language = change.value === 'system' ? SYSTEM_LANGUAGE : change.value;
      break;
    case 'theme':
      settings.theme = change.value;
      break;
    case 'output_folder':
      settings.outputFolder = change.value;
      break;
    case 'insert_paper':
      settings.insertPaper = change.value;
      break;
    case 'started_sheet':
      papers.startAt(change.value);
      break;
    case 'insert_language':
      settings.insertLanguage = change.value;
      break;
    case 'packing_sound':
      settings.packingSound = change.value;
      break;
    case 'insert_template':
      settings.insertTemplate = change.value;
      break;
    case 'statement_paper':
      settings.statementPaper = change.value;
      break;
    case 'list':
      settings.lists = { ...settings.lists, [change.value.list]: change.value.layout };
      break;
    case 'printer':
      settings.printer = change.value ?? null;
      break;
  }
  return currentSession();
}

/** Saves a company; one with the name «Llavero» finds the keychain locked. */
function saveProfile(form: ProfileForm): ProfileView {
  const found: FieldProblem[] = [];
  const before = session.profiles.find((each) => each.id === form.id);
  if (form.companyName.trim() === '') found.push(problem('companyName', 'missing'));
  if (form.environment !== 'practice') {
    if (form.merchant.trim() === '') found.push(problem('merchant', 'missing'));
    if (form.applicationId.trim() === '') found.push(problem('applicationId', 'missing'));
    if (form.secret === null && before?.secret !== 'kept') found.push(problem('secret', 'missing'));
    if (form.secret !== null && form.secret.length < 32) found.push(problem('secret', 'key_form'));
    if (form.baseUrl !== '' && !form.baseUrl.startsWith('https://')) found.push(problem('baseUrl', 'address_form'));
  }
  if (found.length > 0) throw error('fields_need_mending', { fields: found });
  if (form.companyName === 'Llavero') throw error('keychain_locked', { retryable: true });
  const made: ProfileView = {
    ...profile,
    ...form,
    id: form.id ?? `p-${session.profiles.length}`,
    hasOwnAddresses: form.baseUrl !== '',
    baseUrl: form.baseUrl || 'https://gateway.example/rest',
    activationBase: form.activationBase || 'https://activation.example/card-activation',
    secret: form.environment === 'practice' ? 'built_in' : 'kept',
    confirmationLimit: '5000.00',
    settlingTimeMinutes: Number(form.settlingTimeMinutes),
    isActive: before?.isActive ?? false,
  };
  session.profiles = before
    ? session.profiles.map((each) => (each.id === before.id ? made : each))
    : [...session.profiles, made];
  return structuredClone(made);
}

/** At an address with `nobody` in it nobody answers; anywhere else the company is not let in. */
function testConnection(id: string): ConnectionReport {
  const nobody = { state: 'failed', error: error('gateway_not_connected', { retryable: true }) } as const;
  if (session.profiles.find((each) => each.id === id)?.baseUrl.includes('nobody')) {
    return { health: nobody, login: nobody };
  }
  return {
    health: { state: 'passed', milliseconds: 41 },
    login: { state: 'failed', error: error('gateway_session_ended') },
  };
}

function playCardholder(cardId: string): null {
  const { summary } = findCard(cardId);
  summary.state = 'active';
  record(summary.cardholderId, {
    ...happening('card_state_changed', cardId),
    detail: 'INACTIVE → ACTIVE',
  });
  return null;
}

function currentSession(): SessionView {
  const needing = [...cards.values()].flat().filter(({ summary }) => summary.needsInsert).length;
  return structuredClone({
    ...session,
    lock: idleLock.view(),
    counts: {
      cardholders: people.length,
      needingInsert: needing,
      needsAttention: operations.filter((each) => each.state === 'unknown').length,
    },
  });
}

function queue(filter: 'needs_insert' | 'printed'): QueueRow[] {
  return people.flatMap((each) =>
    cardsOf(each.id)
      .filter(({ summary }) => summary.needsInsert === (filter === 'needs_insert'))
      .map(({ summary }) => ({
        cardholderId: each.id,
        cardId: summary.cardId,
        displayName: displayName(each),
        lastFour: summary.lastFour,
        issuedAt: summary.issuedAt,
        reason: filter === 'printed' ? null : pick(Number(summary.cardId), 5) === 0 ? 'replacement' : 'first',
        voidedSerial: null,
        serial: filter === 'printed' ? '0042-017' : null,
        printedAt: filter === 'printed' ? ago(60 * 24 * 8) : null,
      })),
  );
}

const runs = new FakePrintRuns(
  () => people.map((each) => ({ cardholderId: each.id, displayName: displayName(each), cards: cardsOf(each.id) })),
  error,
  asked.has('drafts'),
);
let previewed: PrintRequest | undefined;
let previews = 0;

function preview(request: PrintRequest, page: number): PreviewPage {
  if (previewed !== request) previews += 1;
  previewed = request;
  const each = papers.places(request.paper);
  const sides = request.withBacks ? 2 : 1;
  const pages = Math.ceil((request.items.length + request.startPlace - 1) / each) * sides;
  return {
    ...fakePage(page, pages, request.items.length),
    id: `preview-${previews}`,
    runNumber: runs.nextNumber,
    reprints: request.items.filter((item) => item.cardId !== null && !findCard(item.cardId).summary.needsInsert).length,
  };
}

function previewPage(page: number): PreviewPage {
  if (!previewed) throw error('preview_gone');
  return preview(previewed, page);
}

function previewCheck(): PreviewCheck {
  const pages = previewed ? preview(previewed, 1).pages : 0;
  const fault = asked.has('fault')
    ? error('insert_character', {
        params: { character: '漢', serial: `${runs.nextNumber}-002`, name: 'Choc Caal, Byron', page: '1', place: '2' },
      })
    : null;
  return { isDone: true, pagesDone: pages, pages, codesVerified: (previewed?.items.length ?? 0) * 2, fault };
}

/** A long run takes its time, so that it can be looked at and cancelled. */
async function run(request: PrintRequest, printer: string | null): Promise<PrintRunView> {
  const made = await runs.make(request, printer, preview(request, 1).pages);
  for (const item of request.items) if (item.cardId) findCard(item.cardId).summary.needsInsert = false;
  session.lastRun = made;
  if (printer) papers.print(made.number, printer);
  return made;
}

const papers = new FakePapers(error, asked.get('printers'));
const secrets = new FakeSecrets(error);
const batches = new FakeBatches(
  (cardId) => {
    for (const each of people) {
      const found = cardsOf(each.id).find(({ summary }) => summary.cardId === cardId);
      if (found) return { summary: found.summary, holder: `${each.last}, ${each.first}` };
    }
    return undefined;
  },
  sum,
  (code) => error(code),
);

const packing = new FakePacking(
  () =>
    people.flatMap((each) =>
      cardsOf(each.id).map(({ summary }) => ({ summary, name: displayName(each), cardholderId: each.id })),
    ),
  (code, more) => error(code, more),
);

const practice = new FakePractice();
for (const [index, purpose, minutes] of [
  [5, 'login', 12],
  [2, 'pin_change', 3],
  [2, 'pin_change', 1],
] as const) {
  const each = people[index];
  if (each) practice.send(each, purpose, minutes * 60_000);
}

let faultsInForce: FaultsView = {
  seed: 0,
  refusesConnections: false,
  repeatedReferences: 'reject',
  repeated: 0,
  rules: [],
  answerLimitMs: 30_000,
};
let nextRule = 0;

/** Each reading finds that a few more requests came, so that the counts can be seen to move. */
function fakeFaults(): FaultsView {
  for (const each of faultsInForce.rules) {
    each.counted += 1;
    const { when } = each.rule;
    if (when === 'always' || ('nth' in when && when.nth === each.counted)) each.met += 1;
  }
  return structuredClone(faultsInForce);
}

function setFakeFaults(plan: FaultPlanForm): FaultsView {
  const before = faultsInForce.rules;
  faultsInForce = {
    ...faultsInForce,
    ...plan,
    rules: plan.rules.map(({ number, rule }) => {
      const known = before.find((each) => each.number === number);
      return known ?? { number: nextRule++, rule, counted: 0, met: 0 };
    }),
  };
  return structuredClone(faultsInForce);
}

/* eslint-disable @typescript-eslint/no-explicit-any -- the wire is untyped here: the bindings type both ends */
const answers: Record<string, (args: any) => unknown> = {
  session: currentSession,
  change_settings: ({ change }) => changeSettings(change),
  finish_greeting: () => {
    session.settings.greetingIsFinished = true;
    return currentSession();
  },
  dismiss_notices: () => {
    session.notices = [];
    return currentSession();
  },
  report_painted: () => null,
  lock_state: () => idleLock.view(),
  lock_now: () => idleLock.lock(),
  report_activity: () => null,
  unlock: ({ passphrase }) => idleLock.unlock(passphrase),
  lift_removed_lock: () => false,
  change_lock: ({ form }) => {
    idleLock.change(form);
    return currentSession();
  },
  save_profile: ({ form }) => saveProfile(form),
  delete_profile: ({ id }) => {
    session.profiles = session.profiles.filter((each) => each.id !== id);
    return currentSession();
  },
  activate_profile: ({ id }) => {
    for (const each of session.profiles) each.isActive = each.id === id;
    session.profile = session.profiles.find((each) => each.isActive) ?? profile;
    return currentSession();
  },
  test_connection: ({ id }) => testConnection(id),
  practice_start_over: currentSession,
  practice_plastics: () =>
    people.flatMap((each) =>
      cardsOf(each.id).map(({ summary }) => ({
        cardId: summary.cardId,
        cardholderId: each.id,
        pan: `4111 1111 1111 ${summary.lastFour}`,
        expiry: summary.expiry,
        cvv: '123',
        issuedAt: summary.issuedAt ?? now(),
        embossedName: fold(`${each.first} ${each.last}`).toUpperCase().slice(0, 26),
        state: summary.state,
      })),
    ),
  practice_blank_plastics: () => practice.blanks(),
  practice_play_cardholder: ({ cardId }) => playCardholder(cardId),
  practice_faults: () => fakeFaults(),
  set_practice_faults: ({ plan }) => setFakeFaults(plan),
  practice_phone: () => practice.phone(),
  practice_permissions: () => practice.permissions(),
  set_practice_permissions: ({ granted }) => practice.grant(granted),
  directory: ({ query }) => directory(query),
  refresh_directory: () => ({
    cardholders: people.length,
    newCardholders: 0,
    newCards: 0,
    cardsPending: 0,
    finishedAt: now(),
  }),
  search_gateway: ({ text }) =>
    directory({ text, filter: 'all', order: { by: 'name', isDescending: false }, locate: null, offset: 0, limit: 100 }),
  check_registration: ({ form }) => checkRegistration(form),
  register_cardholder: ({ form }) => register(form),
  cardholder: ({ id }) => cardholder(id),
  issue_card: ({ cardholderId }) => issue(cardholderId),
  ...fakeLinks(error, problem, ago),
  ...fakeInvitations(error, problem, registerInvited),
  ...fakeTransfers(error, problem, transferSide),
  card: ({ cardId }) => card(cardId),
  movements: ({ request }) => movements(request),
  save_statement: ({ statement }) => ({ path: `${session.settings.outputFolder}/${statement.name}.pdf`, pages: 1 }),
  activate_card: ({ cardId, pan, embossedName }) => {
    const { summary } = findCard(cardId);
    permit('activate');
    if (!String(pan).endsWith(summary.lastFour)) {
      throw error('fields_need_mending', {
        fields: [problem('pan', 'pan_other_card', 'error', { last_four: summary.lastFour })],
      });
    }
    if (String(embossedName).toUpperCase().includes('OTRA')) {
      const refused = problem('embossedName', 'refused_by_gateway', 'error', {
        code: '7000',
        message: 'cardholderName must be the name embossed on the card.',
      });
      throw error('gateway_refused', { field: 'embossedName', fields: [refused] });
    }
    summary.state = 'active';
    summary.needsInsert = false;
    return card(cardId);
  },
  block_card: ({ cardId, reason }) => changeState(cardId, 'block', 'blocked', reason),
  unblock_card: ({ cardId, reason }) => changeState(cardId, 'unblock', 'active', reason),
  rename_card: ({ cardId, aliasSeen, alias }) => rename(cardId, aliasSeen, alias),
  associate_card: ({ cardholderId, pan, alias }) => associate(cardholderId, pan, alias),
  request_statement: ({ request }) => statement(request, true),
  issuer_statement: ({ request }) => statement(request, false),
  request_pin_code: ({ owner }) => {
    permit('set_pin');
    const each = find(owner.userId ?? findCard(owner.cardId).summary.cardholderId);
    practice.send(each, 'pin_change');
    return secrets.send(displayName(each), each.username);
  },
  set_pin: ({ form }) => secrets.set(form),
  set_held_pin: ({ held }) => secrets.goOn(held),
  drop_held_pin: ({ held }) => secrets.drop(held),
  verify_pin: ({ pin }) => secrets.verify(pin),
  reveal_cvv: ({ cardId, reason }) => {
    permit('reveal_cvv');
    if (String(reason).trim() === '') {
      throw error('fields_need_mending', { fields: [problem('reason', 'missing', 'error')] });
    }
    const shown = happening('cvv_revealed', cardId);
    record(findCard(cardId).summary.cardholderId, { ...shown, detail: reason });
    return secrets.reveal();
  },
  happenings: ({ request }) =>
    runs.voidingOf(request.text) ? { rows: [runs.voidingOf(request.text)], hasOlder: false } : happeningsPage(request),
  activity: ({ request }) => activityPage(request),
  replacement_of_card: ({ cardId }) => replacements.ofCard(cardId),
  begin_replacement: ({ form }) => {
    findCard(form.cardId).summary.needsInsert = false;
    return replacements.begin(form);
  },
  continue_replacement: ({ form }) => replacements.proceed(form),
  stop_replacement: ({ number, reason }) => replacements.stop(number, reason),
  resume_replacement: ({ number }) => replacements.resume(number),
  draft_funds: ({ request }) => draftFunds(request),
  submit_funds: ({ form }) => submitFunds(form),
  discard_funds: () => null,
  operations_of_card: ({ cardId }) => operations.filter((each) => each.cardId === cardId),
  attention: () => structuredClone(attention()),
  settle_operation: ({ form }) => settle(form),
  clear_contradiction: ({ form }) => clearContradiction(form),
  draft_follow_up: ({ older, kind, reference }) => draftFollowUp(older, kind, reference),
  submit_follow_up: ({ form }) => submitFollowUp(form),
  look_again: ({ reference }) => operations.find((each) => each.reference === reference),
  read_batch: ({ source }) => batches.read(source),
  check_batch: ({ decisions }) => batches.check(decisions),
  refresh_batch_cards: ({ id }) => batches.refresh(id),
  batch_refresh: () => batches.refreshed(),
  cancel_batch_refresh: () => batches.stopRefresh(),
  start_batch: ({ form }) => batches.start(form),
  pause_batch: ({ number }) => batches.change(number, 'paused'),
  continue_batch: ({ number }) => batches.change(number, 'running'),
  cancel_batch: ({ number }) => batches.change(number, 'cancelled'),
  batch: ({ number }) => batches.one(number),
  batches: () => batches.list(),
  batch_rows: ({ number }) => batches.rows(number),
  ...fakeTemplates(error, now),
  printers: () => papers.printers(),
  papers: () => papers.papers(),
  check_own_sheet: ({ form }) => papers.check(form),
  save_own_sheet: ({ form }) => papers.save(form),
  remove_own_sheet: ({ id }) => papers.remove(id),
  save_calibration: ({ paper }) => `${session.settings.outputFolder}/Hoja de calibración ${paper}.pdf`,
  print_calibration: () => ({ job: '7', applied: { right: 30, down: -10 } }),
  check_calibration: ({ form }) => papers.calibration(form),
  keep_calibration: ({ form }) => papers.keep(form),
  forget_calibration: ({ printer, side }) => papers.forget(printer, side),
  print_jobs: () => papers.jobs(),
  cancel_print_job: ({ id }) => papers.cancel(id),
  test_page: ({ printer, job }) => papers.testPage(printer, job),
  insert_queue: ({ filter }) => queue(filter),
  preview_inserts: ({ request, page }) => preview(request, page),
  preview_page: ({ page }) => previewPage(page),
  preview_check: () => previewCheck(),
  printing: () => runs.printing,
  cancel_printing: () => runs.cancel(),
  print_runs: () => runs.view(),
  print_run: ({ number }) => runs.detail(number),
  preview_run: ({ number, page }) => runs.page(number, page),
  make_draft: ({ number }) => runs.makeDraft(number),
  discard_draft: ({ number }) => runs.discardDraft(number),
  count_draft: ({ number }) => runs.countDraft(number),
  print_pages_again: ({ form }) => runs.pagesAgain(form),
  void_insert: ({ serial, reason }) => runs.voidInsert(serial, reason),
  read_embosser_list: ({ source }) => runs.embosserOrder(source, queue('needs_insert')),
  save_inserts: ({ request }) => run(request, null),
  print_inserts: ({ request, to }) => run(request, to.printer),
  open_file: () => null,
  show_in_folder: () => null,
  packing: () => packing.view(),
  scan_insert: ({ text, isTyped, earlier }) => packing.scan(text, isTyped, earlier),
  pack_insert: ({ form }) => packing.pack(form),
  acknowledge_packing_stop: ({ number }) => packing.acknowledge(number),
  packed_inserts: ({ serials }) => packing.packed(serials),
  undo_packing: ({ number, reason }) => packing.undo(number, reason),
  begin_packing_box: ({ name }) => packing.beginBox(name),
  close_packing_box: ({ number }) => packing.closeBox(number),
  manifest_choices: () => packing.choices(),
  packing_manifest: ({ of }) => packing.manifest(of),
  print_manifest: () => '8',
  save_manifest: ({ manifest }) => ({ path: `${session.settings.outputFolder}/${manifest.name}.pdf`, pages: 1 }),
  save_table: ({ table }) => ({ path: `${session.settings.outputFolder}/${table.name}.csv`, rows: table.rows.length }),
  save_directory: ({ request }) => ({
    path: `${session.settings.outputFolder}/${request.name}.csv`,
    rows: directory(request.query).matched,
  }),
};

const fieldProblems = (...fields: FieldProblem[]) => error('fields_need_mending', { fields });

/** A reason of `7213` finds that somebody else was quicker; one of `?` is never answered. */
function changeState(cardId: string, action: 'block' | 'unblock', state: CardState, reason: string): CardView {
  const { summary } = findCard(cardId);
  if (action === 'block' && reason.trim() === '') throw fieldProblems(problem('reason', 'missing'));
  if (reason.length > 200)
    throw fieldProblems(problem('reason', 'too_long', 'error', { max: '200', actual: String(reason.length) }));
  permit(action);
  if (reason === '?') throw error('change_uncertain');
  if (reason === '7213') summary.state = state;
  if (summary.state === state)
    throw error('gateway_refused', {
      message: 'card is in a state that does not allow this',
      params: { code: '7213' },
    });
  summary.state = state;
  record(summary.cardholderId, {
    ...happening(action === 'block' ? 'card_blocked' : 'card_unblocked', cardId),
    detail: reason || null,
  });
  return card(cardId);
}

function rename(cardId: string, aliasSeen: string | null, alias: string): CardView {
  const { summary } = findCard(cardId);
  if (alias.trim() === '') throw fieldProblems(problem('alias', 'missing'));
  if (alias.length > 50)
    throw fieldProblems(problem('alias', 'too_long', 'error', { max: '50', actual: String(alias.length) }));
  if (summary.alias !== aliasSeen) throw error('alias_changed', { params: { alias: summary.alias ?? '' } });
  permit('rename');
  summary.alias = alias.trim();
  record(summary.cardholderId, { ...happening('card_renamed', cardId), detail: alias.trim() });
  return card(cardId);
}

function associate(cardholderId: string, pan: string, alias: string): CardSummary {
  const digits = pan.replace(/[ -]/g, '');
  if (digits === '') throw fieldProblems(problem('pan', 'missing'));
  if (!/^\d{13,19}$/.test(digits))
    throw fieldProblems(problem('pan', 'pan_length', 'error', { actual: String(digits.length) }));
  if (digits.startsWith('9'))
    throw error('gateway_refused', { message: 'card not found', params: { code: '7200', status: '404' } });
  const made = newCard(cardholderId, nextCard, 'inactive');
  made.summary.lastFour = digits.slice(-4);
  made.summary.alias = alias.trim() || null;
  made.summary.needsInsert = true;
  cards.set(cardholderId, [made, ...cardsOf(cardholderId)]);
  record(cardholderId, { ...happening('card_associated', made.summary.cardId), detail: `•••• ${digits.slice(-4)}` });
  return { ...made.summary };
}

/** When each statement was asked for: it is there after some seconds. */
const statementsAsked = new Map<string, number>();
const PREPARING_MS = 6_000;

function statement({ cardId, month }: StatementRequest, asks: boolean): IssuerStatementView {
  const [, first = '', second = ''] = /^(\d+)[/-](\d+)$/.exec(month.trim()) ?? [];
  const [year, number] = first.length === 4 ? [Number(first), Number(second)] : [Number(second), Number(first)];
  if (!year || !number) throw fieldProblems(problem('month', 'month_form'));
  const now = new Date();
  const isLater = year * 12 + number > now.getFullYear() * 12 + now.getMonth() + 1;
  const to = `${now.getMonth() + 1}/${now.getFullYear()}`;
  if (isLater) throw fieldProblems(problem('month', 'month_in_future', 'error', { to }));
  if (year < 2020) throw fieldProblems(problem('month', 'month_before_card', 'error', { from: '09/2026' }));
  const key = `${cardId} ${year} ${number}`;
  if (asks && !statementsAsked.has(key)) statementsAsked.set(key, Date.now());
  const since = statementsAsked.get(key);
  const isReady = since !== undefined && Date.now() - since > PREPARING_MS;
  const calendar = { year, month: number };
  const view = movements({ cardId, from: calendar, until: calendar });
  return {
    cardId,
    month: calendar,
    state: isReady ? 'ready' : since === undefined ? 'not_requested' : 'in_preparation',
    statement: isReady
      ? {
          currency: 'GTQ',
          opening: view.opening,
          closing: view.closing,
          credits: view.totals[0]?.credits ?? '0.00',
          debits: view.totals[0]?.debits ?? '0.00',
          generatedAt: new Date().toISOString(),
          rows: view.rows.toReversed(),
        }
      : null,
  };
}

const SLOW: Record<string, number> = {
  issue_card: 700,
  submit_funds: 900,
  continue_replacement: 700,
  block_card: 500,
  unblock_card: 500,
  associate_card: 500,
  register_cardholder: 500,
  refresh_directory: 1500,
};

export async function invoke<T>(command: string, args: Record<string, unknown> = {}): Promise<T> {
  await new Promise((done) => setTimeout(done, SLOW[command] ?? 8));
  const answer = answers[command];
  if (!answer) throw new Error(`the fake shell has no command ${command}`);
  if (!idleLock.answers(command)) throw error('locked');
  return answer(args) as T;
}
