import { describe, expect, it } from 'vitest';
import { BackendError } from '$lib/backend/errors';
import { comparingHelps } from '$screens/card/activation-advice';

function refused(code: string): BackendError {
  return new BackendError({
    code: 'gateway_refused',
    message: null,
    params: { code },
    field: null,
    fields: [],
    retryable: false,
    reference: null,
  });
}

describe('advice after a refused activation', () => {
  it('is to compare with the plastic where number or name can be the cause', () => {
    expect(comparingHelps(refused('7200'))).toBe(true);
    expect(comparingHelps(refused('7000'))).toBe(true);
  });

  it('is not to compare where the state of the card is the cause', () => {
    expect(comparingHelps(refused('7213'))).toBe(false);
  });
});
