// Where the operator is: one screen, and what is open in it. There are no addresses: the window is one, and nothing of
// a cardholder belongs in a history that is kept.

import type { FundsAction } from '$lib/backend';
import { forgetWithProfile } from './profile-scope';

export type ScreenName =
  | 'cardholders'
  | 'print-room'
  | 'pack'
  | 'funds'
  | 'attention'
  | 'activity'
  | 'plastics'
  | 'phone'
  | 'faults'
  | 'settings';

/** How a cardholder is registered: with their personal information, or by a code that invited them. */
export type RegistrationMode = 'personal' | 'invitation';

/** What the cardholders' screen shows beside its list. */
export type Detail =
  | { kind: 'none' }
  | { kind: 'register'; mode: RegistrationMode }
  | { kind: 'cardholder'; cardholderId: string }
  | { kind: 'card'; cardholderId: string; cardId: string };

/** The form beside a card. */
export type CardForm =
  | FundsAction
  | 'follow_up'
  | 'activate'
  | 'block'
  | 'unblock'
  | 'rename'
  | 'statement'
  | 'replace'
  | 'set_pin'
  | 'verify_pin'
  | 'reveal_cvv';

/** The form beside a cardholder. */
export type CardholderForm = 'associate';

/** What is opened takes the focus; a cardholder's card where one is named. */
export interface FocusWanted {
  cardId: string | null;
}

/** Whose insert the print room was asked for. */
export interface WantedInsert {
  cardholderId: string;
  cardId: string | null;
}

let screen = $state<ScreenName>('cardholders');
let detail = $state.raw<Detail>({ kind: 'none' });
let cardForm = $state<CardForm | null>(null);
let cardholderForm = $state<CardholderForm | null>(null);
/** Another one whenever the form beside a card is another, or none. */
let cardFormOpening = 0;
let openings = 0;
/** The forms that were open when somebody else was chosen, by their cards: whoever comes back to one goes on with it. */
const leftForms = new Map<string, { form: CardForm; opening: number }>();
/** Whoever asked to open something wants to work in it, not only to look at it from the list: on which of its cards. */
let focusWanted: FocusWanted | null = null;
let wantedInsert = $state.raw<WantedInsert | null>(null);
/** The operation that a card's list was asked for. */
let wantedOperation = $state<string | null>(null);

function setCardForm(next: CardForm | null): void {
  const left = detail.kind === 'card' ? leftForms.get(detail.cardId) : undefined;
  cardForm = next;
  cardFormOpening = left && left.form === next ? left.opening : ++openings;
  // Another form of the card takes its place.
  if (detail.kind === 'card' && next !== null) leftForms.delete(detail.cardId);
}

/** The card makes way for something else: its form is not closed by that. The card on show that is opened once more begins anew. */
function leaveFor(next: Detail): void {
  if (detail.kind !== 'card' || cardForm === null) return;
  if (next.kind === 'card' && next.cardId === detail.cardId) return;
  // A PIN is the card's own holder's each time, whoever it was to be set for before.
  if (cardForm !== 'set_pin') leftForms.set(detail.cardId, { form: cardForm, opening: cardFormOpening });
}

function show(next: Detail): void {
  leaveFor(next);
  screen = 'cardholders';
  detail = next;
  setCardForm(null);
  cardholderForm = null;
}

export const navigation = {
  get screen(): ScreenName {
    return screen;
  },
  get detail(): Detail {
    return detail;
  },
  get cardForm(): CardForm | null {
    return cardForm;
  },
  /**
   * Which opening of the form beside a card this is: a look at another screen makes no other one, nor one at somebody else. It is
   * as it is now also where a part is taken away, which sees everything else as it was before.
   */
  get cardFormOpening(): number {
    return cardFormOpening;
  },
  /** Whether a form goes on: it is on show, or was left for somebody else. It has ended once it was closed. */
  isCardFormGoingOn(opening: number): boolean {
    return opening === cardFormOpening || [...leftForms.values()].some((left) => left.opening === opening);
  },
  get cardholderForm(): CardholderForm | null {
    return cardholderForm;
  },
  go(next: ScreenName): void {
    screen = next;
  },
  /** Closes what is open, whatever screen is on. */
  forget(): void {
    leftForms.clear();
    detail = { kind: 'none' };
    setCardForm(null);
    cardholderForm = null;
    wantedInsert = null;
    wantedOperation = null;
  },
  showNothing: () => show({ kind: 'none' }),
  showRegistration: (mode: RegistrationMode = 'personal') => show({ kind: 'register', mode }),
  /** Shows a cardholder beside the list, which keeps the focus. */
  showCardholder: (cardholderId: string) => show({ kind: 'cardholder', cardholderId }),
  /** Opens a cardholder: the focus goes there, to the card that is meant: found by its digits, or just left. */
  openCardholder(cardholderId: string, cardId: string | null = null): void {
    focusWanted = { cardId };
    show({ kind: 'cardholder', cardholderId });
  },
  /** Opens a card: the focus goes there. */
  openCard(cardholderId: string, cardId: string): void {
    focusWanted = { cardId };
    show({ kind: 'card', cardholderId, cardId });
  },
  /** Opens a card at one of its operations: the focus goes there. */
  openOperation(cardholderId: string, cardId: string, reference: string): void {
    wantedOperation = reference;
    focusWanted = { cardId };
    show({ kind: 'card', cardholderId, cardId });
  },
  get wantedOperation(): string | null {
    return wantedOperation;
  },
  /** The operation that was asked for is on show, or is not there. */
  foundOperation(): void {
    wantedOperation = null;
  },
  /** Whether what has just been drawn should take the focus; asked once. */
  takeFocus(): FocusWanted | null {
    const wanted = focusWanted;
    focusWanted = null;
    return wanted;
  },
  openCardForm(form: CardForm): void {
    if (detail.kind === 'card') setCardForm(form);
  },
  /** Opens a card with a form beside it, which takes the focus. */
  openCardWithForm(cardholderId: string, cardId: string, form: CardForm): void {
    focusWanted = { cardId };
    show({ kind: 'card', cardholderId, cardId });
    setCardForm(form);
  },
  closeCardForm(): void {
    setCardForm(null);
  },
  openCardholderForm(form: CardholderForm): void {
    if (detail.kind === 'cardholder') cardholderForm = form;
  },
  closeCardholderForm(): void {
    cardholderForm = null;
  },
  /** Opens the print room with one insert chosen. */
  printInsertFor(wanted: WantedInsert): void {
    wantedInsert = wanted;
    screen = 'print-room';
  },
  /** What the print room was asked for, once. */
  takeWantedInsert(): WantedInsert | null {
    const wanted = wantedInsert;
    wantedInsert = null;
    return wanted;
  },
};

forgetWithProfile(() => navigation.forget());
