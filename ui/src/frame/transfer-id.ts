// What a transfer can be looked up by, for a word at the field before anything is asked: the gateway's id, which has digits
// alone, or a reference of this desk. A reference's last character fits the others; the rule is the desk's own
// (`domain::reference`), as are the look-alikes that it takes.

import type { MessageKey } from '$lib/i18n/index.svelte';

/** Crockford's base 32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Times x in GF(2⁵) with the polynomial x⁵ + x² + 1. */
const double = (value: number): number => (value & 16 ? ((value << 1) ^ 0b10_0101) & 31 : value << 1);

/** Whether a Damm scheme over GF(2⁵) folds the whole to zero. */
const fitsCheckCharacter = (values: readonly number[]): boolean =>
  values.reduce((interim, value) => double(interim) ^ value, 0) === 0;

/** Why it can be neither; nothing for what is worth asking for, and for what is not there at all. */
export function transferIdProblem(typed: string): MessageKey | undefined {
  const text = typed.trim();
  if (text === '' || /^\d+$/.test(text)) return undefined;
  const letters = text.toUpperCase().replace(/[ -]/g, '');
  if (!letters.startsWith('CD')) return 'transfer.id_form';
  const meant = letters.slice(2).replaceAll('O', '0').replace(/[IL]/g, '1');
  const values = [...meant].map((character) => ALPHABET.indexOf(character));
  if (values.length !== 8 || values.includes(-1)) return 'transfer.reference_form';
  return fitsCheckCharacter(values) ? undefined : 'transfer.reference_check';
}
