// What a PIN and a one-time code may look like, for a word at the field before anything is handed over. The desk checks
// again and decides; these are the same rules (`domain::pin`, `domain::codes`) in the desk's own words for what is wrong.

import type { FieldCode, FieldProblem } from '$lib/backend';

export type PinField = 'oneTimeCode' | 'pin' | 'pinAgain';

function problem(field: PinField, code: FieldCode, params: Record<string, string> = {}): FieldProblem {
  return { field, code, severity: 'error', params };
}

export function pinProblem(pin: string): FieldProblem | undefined {
  if (pin === '') return problem('pin', 'missing');
  if (!/^[0-9]*$/.test(pin)) return problem('pin', 'pin_not_digits');
  if (pin.length < 4 || pin.length > 12) return problem('pin', 'pin_length', { actual: String(pin.length) });
  return undefined;
}

export function pinAgainProblem(pin: string, again: string): FieldProblem | undefined {
  if (again === '') return problem('pinAgain', 'missing');
  return again === pin ? undefined : problem('pinAgain', 'pin_again_differs');
}

/** `length` where it is known how many digits the gateway's codes have: one that is too short would burn a try. */
export function codeProblem(typed: string, length?: number): FieldProblem | undefined {
  const code = typed.replace(/[ \u00a0-]/g, '');
  if (code === '') return problem('oneTimeCode', 'missing');
  if (!/^[0-9A-Za-z]*$/.test(code)) return problem('oneTimeCode', 'code_characters');
  if (length !== undefined && code.length !== length) {
    return problem('oneTimeCode', 'code_length', { actual: String(code.length), expected: String(length) });
  }
  if (code.length < 4 || code.length > 12)
    return problem('oneTimeCode', 'code_length', { actual: String(code.length) });
  return undefined;
}
