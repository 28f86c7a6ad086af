// Which of a person's cards is meant by what was typed: the directory finds people, and by a card's last four digits it finds
// whose card that is. What is shown, opened or paid then is that card, and not the newest of the same person.

/** As much of a card as it is known by. */
interface Known {
  cardId: string;
  lastFour: string;
}

/** The last four of a card, and no less: so many digits mean one card, fewer may still become any other. */
const WHOLE = /^\d{4}$/;

/** The numbers among the words that were typed. A masked number's dots are no part of it. */
function numbersIn(typed: string): string[] {
  return typed.split(/[^\p{L}\p{N}]+/u).filter((word) => /^\d+$/.test(word));
}

/** Whether a card was named outright: by all of its last four, or by the gateway's id. */
export function isNamed(card: Known, typed: string): boolean {
  return numbersIn(typed).some((number) => number === card.cardId || (WHOLE.test(number) && number === card.lastFour));
}

/** Whether what was typed so far may be the beginning of a card's last four. */
export function mayBeMeant(card: Known, typed: string): boolean {
  return numbersIn(typed).some((number) => card.lastFour.startsWith(number));
}

/** Whether nothing was typed but what names a card: then a card that is not named is not meant. */
export function namesOnlyACard(typed: string): boolean {
  const numbers = numbersIn(typed);
  return numbers.length === 1 && WHOLE.test(numbers[0] ?? '') && !/\p{L}/u.test(typed);
}

/** The card of a person that what was typed means, if it means one: named outright, or else begun. */
export function meantCard<Card extends Known>(cards: readonly Card[], typed: string): Card | undefined {
  return cards.find((card) => isNamed(card, typed)) ?? cards.find((card) => mayBeMeant(card, typed));
}

/** The card that stands for a person in a list: the one that was typed; the first of them, the newest, where none was. */
export function shownCard<Card extends Known>(cards: readonly Card[], typed: string): Card | undefined {
  return meantCard(cards, typed) ?? cards[0];
}
