// What a PIN and a code may look like, said at the field before anything is handed over.
import { describe, expect, it } from 'vitest';
import { codeProblem, pinAgainProblem, pinProblem } from '../src/screens/card/pin-rules';

describe('a PIN', () => {
  it.each(['0000', '2580', '918273645546'])('may be %s', (pin) => expect(pinProblem(pin)).toBeUndefined());
  it.each([
    ['', 'missing'],
    ['12a4', 'pin_not_digits'],
    ['12 34', 'pin_not_digits'],
    ['١٢٣٤', 'pin_not_digits'],
    ['258', 'pin_length'],
    ['9182736455461', 'pin_length'],
  ])('may not be %s: %s', (pin, code) => expect(pinProblem(pin)?.code).toBe(code));

  it('is typed the same twice', () => {
    expect(pinAgainProblem('2580', '2580')).toBeUndefined();
    expect(pinAgainProblem('2580', '2581')?.code).toBe('pin_again_differs');
    expect(pinAgainProblem('2580', '')?.code).toBe('missing');
  });
});

describe('a one-time code', () => {
  it.each(['482915', '482 915', ' 48-29-15 ', 'a7K9'])('may be read out as %s', (code) => {
    expect(codeProblem(code)).toBeUndefined();
  });
  it.each([
    ['', 'missing'],
    ['é8291', 'code_characters'],
    ['1-2 3', 'code_length'],
    ['1234567890123', 'code_length'],
  ])('may not be %s: %s', (typed, code) => expect(codeProblem(typed)?.code).toBe(code));
});
