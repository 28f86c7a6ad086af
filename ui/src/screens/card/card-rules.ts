// What a card's number, its alias and the name on it may look like, for a word at the field as it is left. The desk checks
// again and decides; these are the same rules (`domain::pan`, `domain::alias`, `domain::text`) in its own words.

import type { Field, FieldCode, FieldProblem } from '$lib/backend';

const MAX_ALIAS = 50;
const MAX_EMBOSSED_NAME = 100;

function problem(field: Field, code: FieldCode, params: Record<string, string> = {}): FieldProblem {
  return { field, code, severity: 'error', params };
}

/** The number on the plastic; `lastFour` where it has to be the one of a card that is known. */
export function panProblem(typed: string, lastFour?: string): FieldProblem | undefined {
  const digits = typed.replace(/[ \u00a0-]/g, '');
  if (digits === '') return problem('pan', 'missing');
  if (!/^[0-9]*$/.test(digits)) return problem('pan', 'pan_not_digits');
  if (digits.length < 13 || digits.length > 19) return problem('pan', 'pan_length', { actual: String(digits.length) });
  if (!fitsCheckDigit(digits)) return problem('pan', 'pan_check_digit');
  return lastFour && !digits.endsWith(lastFour) ? problem('pan', 'pan_other_card', { last_four: lastFour }) : undefined;
}

/** The Luhn formula (ISO/IEC 7812-1, annex B). */
function fitsCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, character, position) => {
    const digit = Number(character) * (position % 2 === 0 ? 1 : 2);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}

/** An alias, as far as it can be told here: that no whole card number stands in it is the desk's to find. */
export function aliasProblem(typed: string, isOptional: boolean): FieldProblem | undefined {
  return lineProblem('alias', typed, MAX_ALIAS, isOptional);
}

export function embossedNameProblem(typed: string): FieldProblem | undefined {
  return lineProblem('embossedName', typed, MAX_EMBOSSED_NAME, false);
}

function lineProblem(field: Field, typed: string, max: number, isOptional: boolean): FieldProblem | undefined {
  const actual = [...typed.trim()].length;
  if (actual === 0) return isOptional ? undefined : problem(field, 'missing');
  return actual > max ? problem(field, 'too_long', { max: String(max), actual: String(actual) }) : undefined;
}
