// The record is kept in the wire's words; the screen shows amounts and states as people read them, and loses nothing.
import { describe, expect, it } from 'vitest';
import { actionText, detailParts, refusalText, withoutOwnNumber } from '../src/screens/happenings/happening-detail';

describe('what the record says', () => {
  it('is money where it is an amount with its currency', () => {
    expect(detailParts('1250.50 GTQ')).toEqual({ kind: 'money', amount: '1250.50', currency: 'GTQ' });
  });

  it('is a change of state where it names two', () => {
    expect(detailParts('INACTIVE → ACTIVE')).toEqual({ kind: 'states', before: 'INACTIVE', after: 'ACTIVE' });
  });

  it('is a month where it is written as one', () => {
    expect(detailParts('2026-10')).toEqual({ kind: 'month', year: 2026, month: 10 });
    expect(detailParts('mismatch: •••• 4418')).toEqual({ kind: 'stop', stop: 'mismatch', lastFour: '4418' });
    expect(detailParts('unknown')).toEqual({ kind: 'stop', stop: 'unknown' });
    expect(detailParts('2026-13')).toEqual({ kind: 'text' });
  });

  it('is a reason where the gateway gave its code or an amount was meant', () => {
    expect(detailParts('13.00 GTQ: 7303: insufficient funds')).toEqual({
      kind: 'reason',
      amount: '13.00',
      currency: 'GTQ',
      code: '7303',
      words: 'insufficient funds',
    });
    expect(detailParts('7213: wrong state')).toEqual({ kind: 'reason', code: '7213', words: 'wrong state' });
    expect(detailParts('13.00 GTQ: timed out')).toEqual({
      kind: 'reason',
      amount: '13.00',
      currency: 'GTQ',
      words: 'timed out',
    });
  });

  it('is a reason with whom it was about where it stands in brackets', () => {
    expect(detailParts('Choc, Byron (7000: The code is not right.)')).toEqual({
      kind: 'reason',
      about: 'Choc, Byron',
      code: '7000',
      words: 'The code is not right.',
    });
    expect(detailParts('Ana (la de Xela)')).toEqual({ kind: 'text' });
  });

  it('is a permission that is missing where it says so in the place of a code', () => {
    const forbidden = detailParts('10.00 GTQ: FORBIDDEN: The application lacks the permission addFunds.');
    expect(forbidden).toMatchObject({ kind: 'reason', amount: '10.00', code: 'FORBIDDEN' });
    const words = 'The application lacks the permission updateStatus.';
    expect(refusalText('card_blocked', 'FORBIDDEN', words)).toBe('A la empresa le falta el permiso updateStatus.');
    expect(refusalText('card_blocked', 'FORBIDDEN', 'no')).toBe('La empresa no tiene permiso para esto.');
  });

  it('adds the gateway’s own words where its code tells only that one of the values is not taken', () => {
    expect(refusalText('card_activated', '7000', 'cardholderName does not match')).toBe(
      'La pasarela no acepta alguno de los datos: revíselos (7000). En palabras de la pasarela: «cardholderName does not match»',
    );
    expect(refusalText('card_activated', '7000', 'rejected')).not.toContain('«');
    expect(refusalText('card_blocked', '7213', 'wrong state')).not.toContain('«');
  });

  it('says what the gateway’s general codes mean at a PIN', () => {
    expect(refusalText('pin_set', '7000', 'The code is not right; tries left: 2.')).toContain('código de un solo uso');
    expect(refusalText('pin_set', '7000', 'This PIN is too simple.')).toContain('alguno de los datos');
    expect(refusalText('pin_verified', '7213', 'The PIN is locked.')).toContain('El PIN está bloqueado');
    expect(refusalText('card_blocked', '7213', 'wrong state')).toContain('La tarjeta está en un estado');
  });

  it('tells neither that an insert was printed again nor that it was saved, where only its making is known', () => {
    const told = actionText({ action: 'insert_printed_again', sentTo: null, settledAs: null });
    expect(told).toBe('Inserto hecho otra vez');
  });

  it('is left alone where it is anything else', () => {
    for (const text of [
      '',
      '1250.50',
      'GTQ 1250.50',
      '7303 insufficient funds',
      '1e3 GTQ',
      '<b>5 GTQ</b>',
      'A → B → C',
    ]) {
      expect(detailParts(text)).toEqual({ kind: 'text' });
    }
  });

  it('does not say the number of its own card twice', () => {
    expect(withoutOwnNumber('•••• 4417', '4417')).toBe('');
    expect(withoutOwnNumber('••••\u00a04417 · Viáticos', '4417')).toBe('Viáticos');
    expect(withoutOwnNumber('•••• 0932', '4417')).toBe('•••• 0932');
    expect(withoutOwnNumber('•••• 4417', '')).toBe('•••• 4417');
  });
});
