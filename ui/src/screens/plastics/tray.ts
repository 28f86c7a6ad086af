// Finding a plastic in the tray: by name, or by any digits of its number.

import type { BlankPlasticView, PlasticView } from '$lib/backend';
import { foldForSearch } from '$lib/i18n/fold';

/** Plastics that are drawn at once; the others are found by searching. */
export const TRAY_LIMIT = 200;

/** The plastics that match what was typed; with `waitingOnly`, those that wait for their cardholder. */
export function found(plastics: readonly PlasticView[], text: string, waitingOnly: boolean): PlasticView[] {
  const digits = text.replace(/\D/g, '');
  const words = foldForSearch(text).split(/\s+/).filter(Boolean);
  return plastics.filter((plastic) => {
    if (waitingOnly && plastic.state !== 'inactive') return false;
    if (words.length === 0) return true;
    const name = foldForSearch(plastic.embossedName);
    if (words.every((word) => name.includes(word))) return true;
    return digits !== '' && words.join('') === digits && plastic.pan.replace(/\D/g, '').includes(digits);
  });
}

/** The plastics without a holder whose numbers have the digits that were typed. */
export function foundBlanks(plastics: readonly BlankPlasticView[], text: string): BlankPlasticView[] {
  const typed = text.replace(/\s/g, '');
  return plastics.filter((plastic) => plastic.pan.includes(typed));
}
