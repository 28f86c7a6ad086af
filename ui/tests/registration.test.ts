// The registration form: speaks up at the right moment, in the same words everywhere, and loses nothing.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FieldProblem, RegistrationForm } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { dateToWire, isCalendarDate } from '../src/lib/i18n/typed-date';
import { Registration } from '../src/screens/cardholders/registration.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { checkRegistration: vi.fn(), registerCardholder: vi.fn() } }));
const check = vi.mocked(backend.checkRegistration);
const register = vi.mocked(backend.registerCardholder);

const missing = (field: FieldProblem['field']): FieldProblem => ({
  field,
  code: 'missing',
  severity: 'error',
  params: {},
});
const unusual: FieldProblem = {
  field: 'firstName',
  code: 'unusual_character',
  severity: 'warning',
  params: { character: '3' },
};

function refusal(fields: FieldProblem[]): BackendError {
  return new BackendError({
    code: fields.length > 0 ? 'fields_need_mending' : 'gateway_timed_out',
    message: null,
    params: {},
    field: null,
    fields,
    retryable: false,
    reference: null,
  });
}

beforeEach(() => {
  check.mockReset().mockResolvedValue([]);
  register.mockReset();
});

describe('registering', () => {
  it('says nothing about a field before it was left', async () => {
    const form = new Registration();
    check.mockResolvedValue([missing('firstName'), missing('lastName')]);
    await form.leave('lastName');
    expect(form.problemAt('firstName')).toBeUndefined();
    expect(form.problemAt('lastName')?.message).toContain('Apellidos');
    expect(form.summary()).toEqual([]);
  });

  it('sums errors up in the order of the form, in the words that stand at the fields', async () => {
    const form = new Registration();
    check.mockResolvedValue([missing('nit'), missing('firstName')]);
    await form.submit();
    expect(form.attempt).toBe(1);
    expect(form.summary().map(({ field }) => field)).toEqual(['firstName', 'nit']);
    expect(form.summary()[0]?.message).toBe(form.problemAt('firstName')?.message);
    expect(register).not.toHaveBeenCalled();
  });

  it('asks once about what only warns, and goes on with it', async () => {
    const form = new Registration();
    check.mockResolvedValue([unusual]);
    register.mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
    expect(await form.submit()).toBeUndefined();
    expect(register).not.toHaveBeenCalled();
    expect(form.summary()).toEqual([]);
    expect(form.doubts()).toEqual([{ field: 'firstName', message: form.problemAt('firstName')?.message }]);
    expect(form.problemAt('firstName')?.severity).toBe('warning');
    // Asked for again in the same way it asks again: a key that is pressed twice confirms nothing.
    expect(await form.submit()).toBeUndefined();
    expect(await form.submitAnyway()).toBe('c-1');
    expect(register).toHaveBeenCalledOnce();
    // Somebody answered for it: a second try after a lost answer does not ask again.
    expect(await form.submit()).toBe('c-1');
  });

  it('asks again about what only warns once its field says something else', async () => {
    const form = new Registration();
    form.form.firstName = 'An4';
    check.mockResolvedValue([unusual]);
    register.mockRejectedValue(refusal([]));
    await form.submit();
    await form.submitAnyway();
    expect(register).toHaveBeenCalledOnce();
    form.form.firstName = 'An3';
    expect(form.doubts()).toEqual([]);
    await form.submit();
    expect(form.doubts()).toHaveLength(1);
    expect(register).toHaveBeenCalledOnce();
    form.clear();
    expect(form.doubts()).toEqual([]);
  });

  it('has errors mended before it asks about what only warns', async () => {
    const form = new Registration();
    check.mockResolvedValue([unusual, missing('lastName')]);
    await form.submit();
    expect(form.doubts()).toEqual([]);
    await form.submitAnyway();
    expect(form.summary()).toHaveLength(1);
    expect(register).not.toHaveBeenCalled();
  });

  it('is sent by what its own check found, though leaving a field that goes out of use starts another', async () => {
    const form = new Registration();
    check.mockResolvedValueOnce([missing('lastName')]);
    await form.leave('lastName');
    form.form.lastName = 'López';
    const answers: Array<(problems: FieldProblem[]) => void> = [];
    check.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    register.mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
    const typing = form.check();
    const submitting = form.submit();
    const leaving = form.leave('lastName');
    answers[1]?.([]);
    expect(await submitting).toBe('c-1');
    answers[0]?.([missing('lastName')]);
    answers[2]?.([]);
    await Promise.all([typing, leaving]);
    expect(form.problemAt('lastName')).toBeUndefined();
  });

  it('says why it is not sent, whatever another check answers before its own', async () => {
    const form = new Registration();
    const answers: Array<(problems: FieldProblem[]) => void> = [];
    check.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    const submitting = form.submit();
    const leaving = form.leave('firstName');
    answers[0]?.([missing('firstName')]);
    expect(await submitting).toBeUndefined();
    expect(form.summary().map(({ field }) => field)).toEqual(['firstName']);
    answers[1]?.([missing('firstName')]);
    await leaving;
    expect(form.summary()).toHaveLength(1);
  });

  it('says so when the form can’t be checked, and sends nothing', async () => {
    const form = new Registration();
    check.mockRejectedValue(refusal([]));
    expect(await form.submit()).toBeUndefined();
    expect(form.failure?.code).toBe('gateway_timed_out');
    expect(register).not.toHaveBeenCalled();
  });

  it('shows what the gateway refuses at its field, until that is changed', async () => {
    const form = new Registration();
    form.form.username = 'ana@ejemplo.gt';
    const refused: FieldProblem = {
      field: 'username',
      code: 'refused_by_gateway',
      severity: 'error',
      params: { message: 'exists' },
    };
    register.mockRejectedValue(refusal([refused]));
    expect(await form.submit()).toBeUndefined();
    expect(form.problemAt('username')?.detail).toContain('exists');
    form.form.username = 'ana.maria@ejemplo.gt';
    expect(form.problemAt('username')).toBeUndefined();
  });

  it('keeps everything that was typed when the gateway can’t be reached', async () => {
    const form = new Registration();
    form.form.firstName = 'María José';
    register.mockRejectedValue(refusal([]));
    await form.submit();
    expect(form.failure?.code).toBe('gateway_timed_out');
    expect(form.form.firstName).toBe('María José');
    expect(form.busy).toBe(false);
  });

  it('says what to do about a birth date that is still to come', async () => {
    const form = new Registration();
    check.mockResolvedValue([{ field: 'dateOfBirth', code: 'date_in_future', severity: 'error', params: {} }]);
    await form.leave('dateOfBirth');
    expect(form.problemAt('dateOfBirth')?.message).toContain('es una fecha futura: revise');
  });

  it('is sent once, however often submitting is asked for', async () => {
    const form = new Registration();
    register.mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
    await Promise.all([form.submit(), form.submit(), form.submit()]);
    expect(register).toHaveBeenCalledTimes(1);
  });

  it('drops the answer about an older form', async () => {
    const form = new Registration();
    form.left.firstName = true;
    let answerFirst: (problems: FieldProblem[]) => void = () => undefined;
    check.mockImplementationOnce(() => new Promise((resolve) => (answerFirst = resolve)));
    const first = form.check();
    form.form.firstName = 'Ana';
    await form.check();
    answerFirst([missing('firstName')]);
    await first;
    expect(form.problemAt('firstName')).toBeUndefined();
  });

  it('sends a date as the wire wants it, however it is written here', async () => {
    expect(dateToWire('28/02/1990')).toBe('1990-02-28');
    expect(dateToWire(' 1.3.1985 ')).toBe('1985-03-01');
    expect(dateToWire('1990-02-28')).toBe('1990-02-28');
    expect(dateToWire('03041990')).toBe('1990-04-03');
    expect(isCalendarDate(dateToWire('19900403'))).toBe(false);
    expect(dateToWire('mañana')).toBe('mañana');
    const form = new Registration();
    form.form.dateOfBirth = '28/02/1990';
    await form.check();
    expect((check.mock.calls[0]?.[0] as RegistrationForm).dateOfBirth).toBe('1990-02-28');
  });
});

describe('the date read back', () => {
  it('is read back only when it is a day of the calendar', () => {
    expect(isCalendarDate('2028-02-29')).toBe(true);
    for (const none of ['2030-02-31', '2027-02-29', '2030-13-01', '2030-00-10', '28/02/1990', '']) {
      expect(isCalendarDate(none)).toBe(false);
    }
  });
});
