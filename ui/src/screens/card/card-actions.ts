// The one table of what can be done with a card: how it is called, which key it has, and which form it opens. The buttons,
// the menu, the palette and the side of the card's page are all made from it. Whether an action is on offer is the shell's
// word (`CardView.actions`).

import type { Component } from 'svelte';
import type { Action as Registered } from '$lib/app/actions.svelte';
import { navigation, type CardForm } from '$lib/app/navigation.svelte';
import type { Shortcut } from '$lib/app/shortcuts';
import type { Action as Offered, ActionOffer, CardView, ReplacementNote } from '$lib/backend';
import type { IconName } from '$lib/components/Icon.svelte';
import { formatLastFour } from '$lib/i18n/format';
import type { MessageKey } from '$lib/i18n/index.svelte';
import { notOfferedText } from '$lib/i18n/not-offered';
import ActivateForm from './ActivateForm.svelte';
import BlockForm from './BlockForm.svelte';
import CvvForm from './CvvForm.svelte';
import PinForm from './PinForm.svelte';
import ReplaceForm from '../replace/ReplaceForm.svelte';
import RenameForm from './RenameForm.svelte';
import StatementForm from './StatementForm.svelte';
import VerifyPinForm from './VerifyPinForm.svelte';

/** What every form beside a card is given, but for those that move money. */
export interface CardFormProps {
  card: CardView;
  /** Which form it is: one component may be several. */
  form: CardForm;
  /** It was done: the card as it is now, and what is said of it. The form is closed. */
  onchanged: (view: CardView, said: () => string) => void;
  /**
   * It was refused, it is not known, or it was done and the form stays with it: what is shown of the card and of what happened
   * is asked for again.
   */
  onrefused: () => void;
}

export interface CardAction {
  /** The shell's word for it. */
  offer: Offered;
  /** Another action that is done in the same form: it is open while one of them can be done. */
  orElse?: { offer: Offered; open: (card: CardView) => void };
  /** Of its button, or of its line in the menu. */
  id: string;
  /** As it stands on a button of this card. */
  text: MessageKey;
  /** The same where it depends on the card. */
  textOf?: (card: CardView) => MessageKey | undefined;
  /** As it stands in the palette; `card` is the card's last four. */
  title: MessageKey;
  keys?: Shortcut;
  icon?: IconName;
  open: (card: CardView) => void;
  /** What stands beside the card then; forms that move money are one and the same. */
  form?: CardForm;
  component?: Component<CardFormProps>;
  /** Whether it is a button where it is possible; everything else is in the menu. */
  isButton?: (card: CardView) => boolean;
}

const opens = (form: CardForm) => ({ form, open: () => navigation.openCardForm(form) });
const always = () => true;

/** What is said of it once another card has come in its place. */
const replacedBy = ({ card, replacements }: CardView): ReplacementNote | undefined =>
  replacements.find((note) => note.oldCardId === card.cardId && note.standing === 'finished');
/** A replacement of it that is not finished, stopped or not. */
const isBeingReplaced = ({ card, replacements }: CardView): boolean =>
  replacements.some((note) => note.oldCardId === card.cardId && note.standing !== 'finished');
const wasReplaced = (view: CardView) => replacedBy(view) !== undefined;

/** The one card that a card out of use still pays: what reached it after it was replaced goes there. */
export function movesToReplacement(view: CardView): ReplacementNote | undefined {
  return view.card.state === 'blocked' ? replacedBy(view) : undefined;
}

export const CARD_ACTIONS: readonly CardAction[] = [
  {
    offer: 'activate',
    id: 'activate-card',
    text: 'card.activate',
    title: 'action.activate',
    keys: 'activate',
    ...opens('activate'),
    component: ActivateForm,
    isButton: ({ card }) => card.state === 'inactive',
  },
  {
    offer: 'load',
    id: 'load',
    text: 'card.load',
    title: 'action.load',
    keys: 'load',
    icon: 'plus',
    ...opens('load'),
    isButton: always,
  },
  {
    offer: 'withdraw',
    id: 'withdraw',
    text: 'card.withdraw',
    title: 'action.withdraw',
    keys: 'withdraw',
    icon: 'minus',
    ...opens('withdrawal'),
    isButton: always,
  },
  {
    offer: 'transfer',
    id: 'transfer',
    text: 'card.transfer',
    title: 'action.transfer',
    keys: 'transfer',
    icon: 'right',
    ...opens('transfer'),
    textOf: (view) => (movesToReplacement(view) === undefined ? undefined : 'card.move_since'),
    isButton: always,
  },
  {
    offer: 'block',
    id: 'block-card',
    text: 'card.block',
    title: 'action.block',
    keys: 'block',
    ...opens('block'),
    component: BlockForm,
  },
  {
    offer: 'unblock',
    id: 'unblock-card',
    text: 'card.unblock',
    title: 'action.unblock',
    keys: 'block',
    ...opens('unblock'),
    component: BlockForm,
    // A card that was replaced, or is about to be, is out of use for good: bringing it back is possible, and not what comes next.
    isButton: (view) => view.card.state === 'blocked' && !wasReplaced(view) && !isBeingReplaced(view),
  },
  {
    offer: 'rename',
    id: 'rename-card',
    text: 'card.rename',
    title: 'action.rename',
    keys: 'rename',
    ...opens('rename'),
    component: RenameForm,
  },
  {
    offer: 'request_statement',
    id: 'request-statement',
    text: 'card.statement',
    title: 'action.request_statement',
    keys: 'request_statement',
    ...opens('statement'),
    component: StatementForm,
  },
  {
    offer: 'set_pin',
    id: 'set-pin',
    text: 'card.set_pin',
    title: 'action.set_pin',
    keys: 'set_pin',
    ...opens('set_pin'),
    component: PinForm,
  },
  {
    offer: 'verify_pin',
    id: 'verify-pin',
    text: 'card.verify_pin',
    title: 'action.verify_pin',
    keys: 'verify_pin',
    ...opens('verify_pin'),
    component: VerifyPinForm,
  },
  {
    offer: 'reveal_cvv',
    id: 'reveal-cvv',
    text: 'card.reveal_cvv',
    title: 'action.reveal_cvv',
    keys: 'reveal_cvv',
    ...opens('reveal_cvv'),
    component: CvvForm,
  },
  {
    offer: 'adjustment_load',
    orElse: { offer: 'adjustment_withdrawal', open: opens('adjustment_withdrawal').open },
    id: 'adjust',
    text: 'card.adjust',
    title: 'action.adjust',
    keys: 'adjust',
    ...opens('adjustment_load'),
  },
  {
    offer: 'replace',
    id: 'replace-card',
    text: 'card.replace',
    title: 'action.replace',
    keys: 'replace',
    ...opens('replace'),
    component: ReplaceForm,
    textOf: (view) => (isBeingReplaced(view) ? 'replace.continue' : undefined),
    isButton: isBeingReplaced,
  },
  {
    offer: 'print_insert',
    id: 'print-card',
    text: 'cardholder.print',
    title: 'action.print_card',
    keys: 'print',
    open: ({ card }) => navigation.printInsertFor({ cardholderId: card.cardholderId, cardId: card.cardId }),
  },
];

/** A row of the table for a card, with the reason if it is not on offer. */
export interface OfferedAction extends CardAction {
  notOffered: string | undefined;
}

/** What there is to do with a card, in the order of the table. What the shell does not name is not there at all. */
export function actionsOf(card: CardView): OfferedAction[] {
  const offers = new Map<Offered, ActionOffer>(card.actions.map((offer) => [offer.action, offer]));
  return CARD_ACTIONS.flatMap((action) => {
    const offer = offers.get(action.offer);
    if (!offer) return [];
    const other = action.orElse && offers.get(action.orElse.offer);
    if (action.orElse && offer.notOffered !== null && other?.notOffered === null) {
      return [{ ...action, open: action.orElse.open, notOffered: undefined }];
    }
    return [{ ...action, notOffered: notOfferedText(offer) }];
  });
}

/** The same for the palette and the keys. */
export function registeredActions(card: CardView): Registered[] {
  return actionsOf(card).map(({ offer, title, textOf, keys, open, notOffered }) => ({
    id: `card-${offer}`,
    title: textOf?.(card) ?? title,
    parameters: { card: formatLastFour(card.card.lastFour) },
    ...(keys ? { keys } : {}),
    notOffered,
    run: () => open(card),
  }));
}

/** The form that stands beside a card, if it is one of the table's own. */
export function formComponent(form: CardForm): Component<CardFormProps> | undefined {
  return CARD_ACTIONS.find((action) => action.form === form)?.component;
}
