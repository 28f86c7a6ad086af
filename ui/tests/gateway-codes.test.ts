// The gateway's reasons are told in the operator's language; its own words are a detail.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode, FieldProblem } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { errorDetail, errorText, problemShown, problemText } from '../src/lib/i18n/errors';
import { gatewayCodeText } from '../src/lib/i18n/gateway-codes';
import { setLanguage } from '../src/lib/i18n/index.svelte';

/** `gateway-api.md`, Error codes met here. */
const CODES = '7000 7001 7002 7003 7004 7006 7010 7100 7200 7205 7210 7213 7220 7221 7300 7301 7303'.split(' ');

const failure = (code: ErrorCode, gatewayCode: string | undefined, message: string | null) =>
  new BackendError({
    code,
    message,
    params: gatewayCode === undefined ? {} : { code: gatewayCode },
    field: null,
    fields: [],
    retryable: false,
    reference: null,
  });

afterEach(() => setLanguage('es'));

describe('the gateway’s codes', () => {
  it.each(CODES)('%s has words of its own in both languages', async (code) => {
    const said: Array<string | undefined> = [];
    for (const language of ['es', 'en'] as const) {
      await setLanguage(language);
      said.push(gatewayCodeText(code));
    }
    expect(said[0]).toContain(`(${code})`);
    expect(said[1]).toContain(`(${code})`);
    expect(said[0]).not.toBe(said[1]);
  });

  it('tell a refusal in the operator’s language, with the gateway’s words as a detail', () => {
    const refused = failure('gateway_refused', '7303', 'insufficient funds');
    expect(errorText(refused)).toBe('El saldo de la tarjeta no alcanza (7303).');
    expect(errorDetail(refused)).toBe('En palabras de la pasarela: «insufficient funds»');
    expect(errorText(failure('gateway_not_found', '7200', 'no such card'))).toContain('(7200)');
    expect(errorText(failure('gateway_fault', '7210', 'not updated'))).toContain('(7210)');
  });

  it('that are not known keep their number and the gateway’s words', () => {
    const refused = failure('gateway_refused', '7999', 'moon in the wrong house');
    expect(errorText(refused)).toBe('La pasarela dijo que no (7999): moon in the wrong house');
    expect(errorDetail(refused)).toBeUndefined();
  });

  it('say nothing about an outcome that only the desk can tell', () => {
    const uncertain = failure('registration_uncertain', '7003', 'contact support');
    expect(errorText(uncertain)).toMatch(/^No se sabe/);
    expect(errorDetail(uncertain)).toBeUndefined();
  });
});

describe('what is wrong with a field', () => {
  const problem = (code: FieldProblem['code'], params: Record<string, string> = {}): FieldProblem => ({
    field: 'baseUrl',
    code,
    severity: 'error',
    params,
  });

  it('names the field or the thing itself, since the summary shows it away from its field', () => {
    // These say by themselves what they are about.
    const subjects =
      /monto|amount|saldo|balance|DPI|NIT|pasaporte|passport|tarjeta|card|país|country|correo|e-mail|carpeta|folder|llave|key|teléfono|phone|plástico|plastic|fila|row|celda|cell|documento|document|moneda|currency|PIN|código|code|\bmes\b|month|hoja|sheet|insert|página|page|impresora|printer|contraseña|passphrase|empresa|company/i;
    for (const language of ['es', 'en'] as const) {
      const path = join(import.meta.dirname, `../src/messages/${language}.json`);
      const catalogue = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
      for (const [key, text] of Object.entries(catalogue)) {
        if (key.startsWith('problem.') && !text.includes('{field}')) expect(text, key).toMatch(subjects);
      }
    }
    expect(problemText(problem('phone_form'))).toMatch(/^«Dirección de la pasarela»/);
  });

  it('that the gateway refused is told in our words where its code says more', () => {
    expect(problemText(problem('refused_by_gateway', { code: '7006', message: 'exists' }))).toContain('Ya existe');
    const general = problem('refused_by_gateway', { code: '7000', message: 'too short' });
    expect(problemText(general)).toBe('La pasarela no acepta «Dirección de la pasarela»: corrija este dato.');
    expect(problemShown(general).detail).toBe('En palabras de la pasarela: «too short»');
    expect(problemShown(problem('phone_form'))).not.toHaveProperty('detail');
  });

  it('shows its amounts with the currency where the form knows it', () => {
    expect(problemText(problem('amount_overdraws', { ending: '-12.50' }), 'GTQ')).toContain('−Q\u00a012.50');
    expect(problemText(problem('amount_again_missing', { limit: '5000.00' }), 'GTQ')).toContain('Q\u00a05,000.00');
    expect(problemText(problem('amount_overdraws', { ending: '-12.50' }))).toContain('−12.50');
  });
});

describe('a card that takes no money', () => {
  const forbids = (params: FieldProblem['params']): FieldProblem => ({
    field: 'cardId',
    code: 'card_state_forbids',
    severity: 'error',
    params,
  });

  it('is told with its state, in the gateway’s word where that is not known', async () => {
    expect(problemText(forbids({ state: 'INACTIVE' }))).toBe('Tarjeta «Sin activar»: no acepta dinero');
    expect(problemText(forbids({ state: 'SUSPENDED' }))).toBe('Tarjeta «SUSPENDED»: no acepta dinero');
    expect(problemText(forbids({}))).toBe('En este estado la tarjeta no acepta dinero');
    await setLanguage('en');
    expect(problemText(forbids({ state: 'BLOCKED' }))).toBe('Card “Blocked”: it takes no money');
  });
});
