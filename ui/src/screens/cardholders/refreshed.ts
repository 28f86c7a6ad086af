// What a refresh of the directory came to: how many there are, what is new, and what is still to be read.

import type { RefreshReport } from '$lib/backend';
import { show, t } from '$lib/i18n/index.svelte';

export function refreshedText(report: RefreshReport): string {
  const { cardholders, newCardholders, newCards, cardsPending } = report;
  const news =
    newCardholders + newCards === 0
      ? t('work.refreshed.nothing_new')
      : t('work.refreshed.new', {
          people: newCardholders,
          peopleShown: show.count(newCardholders),
          both: newCardholders > 0 && newCards > 0 ? 'yes' : 'no',
          cards: newCards,
          cardsShown: show.count(newCards),
        });
  const text = t('work.refreshed', { cardholders, cardholdersShown: show.count(cardholders), news });
  if (cardsPending === 0) return text;
  return t('work.refreshed.pending', { before: text, count: cardsPending, shown: show.count(cardsPending) });
}
