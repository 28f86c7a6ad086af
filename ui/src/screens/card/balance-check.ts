// Whether the movements lead to the gateway's balances, in the operator's words.

import type { MovementsView } from '$lib/backend';
import { show, t } from '$lib/i18n/index.svelte';
import { movementTitle } from './movements-list';

/** Whether something disagrees: then it is said aloud. */
export function disagrees({ check }: MovementsView): boolean {
  return check.state === 'movement_disagrees' || check.state === 'card_disagrees';
}

export function checkText({ check, rows }: MovementsView): string {
  switch (check.state) {
    case 'agrees':
      return t('movements.agrees');
    case 'not_checked':
      return t('movements.not_checked');
    case 'card_disagrees':
      return t('movements.card_disagrees', { expected: show.amount(check.expected), told: show.amount(check.told) });
    case 'movement_disagrees': {
      const row = rows.find((each) => each.movementId === check.movementId);
      return t('movements.movement_disagrees', {
        movement: row ? movementTitle(row).main : check.movementId,
        at: row ? show.instantLong(row.at) : '—',
        expected: show.amount(check.expected),
        told: show.amount(check.told),
      });
    }
  }
}
