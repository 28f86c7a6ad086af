// Between whom a transfer went, in words: figures alone do not tell a right one from a wrong one.

import type { TransferSide, TransferSides } from '$lib/backend';
import { formatLastFour } from './format';
import { t } from './index.svelte';

function sideText({ cardId, known }: TransferSide): string {
  return known
    ? `${known.cardholderDisplayName} ${formatLastFour(known.lastFour)}`
    : t('transfer.side_unknown', { id: cardId });
}

/** `De Calel, Tomás •••• 0998 a Ajcalón, María •••• 2509` */
export function transferWay({ from, to }: TransferSides): string {
  return t('transfer.way', { from: sideText(from), to: sideText(to) });
}
