// What proved an operation, as the record has it: the gateway's id of it, in words that are the same in every language.

import { show, t } from './index.svelte';

/** `movement 91 of 2026-11-24T16:00:00Z`: a movement without an id is named by its moment. */
const MOVEMENT = /^movement (\S+) of (\d{4}-\d\d-\d\dT\S+Z)$/;
const TRANSFER = /^transfer (\S+)$/;
/** A card's id is a number: a person's own words may begin with the same word. */
const CARD = /^card (\d+)$/;

/** A proof in the operator's language; nothing for what is none. */
export function evidenceText(detail: string): string | undefined {
  const [, id, at] = MOVEMENT.exec(detail) ?? [];
  if (id !== undefined && at !== undefined) {
    const moment = show.instantLong(at);
    return id === at ? t('evidence.movement', { at: moment }) : t('evidence.movement_id', { id, at: moment });
  }
  const [, card] = CARD.exec(detail) ?? [];
  if (card !== undefined) return t('evidence.card', { id: card });
  const [, transfer] = TRANSFER.exec(detail) ?? [];
  return transfer === undefined ? undefined : t('evidence.transfer', { id: transfer });
}
