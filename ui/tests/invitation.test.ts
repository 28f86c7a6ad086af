// Registering by invitation: the code as it is sent on, and the password that is handed over once.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type FieldProblem } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { invitation, InvitedRegistration, invitationText } from '../src/screens/cardholders/invitation.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { checkInvited: vi.fn(), registerInvited: vi.fn(), makeInvitation: vi.fn() },
}));
const check = vi.mocked(backend.checkInvited);
const register = vi.mocked(backend.registerInvited);
const make = vi.mocked(backend.makeInvitation);

function filled(): InvitedRegistration {
  const form = new InvitedRegistration();
  Object.assign(form.form, { invitationCode: '7F3K-92QM-0TRW', deviceId: 'd-1', username: 'ana@ejemplo.gt' });
  form.password = 'secreta 1';
  form.confirmPassword = 'secreta 1';
  return form;
}

const refusal = (fields: FieldProblem[]) =>
  new BackendError({
    code: 'gateway_refused',
    message: null,
    params: {},
    field: null,
    fields,
    retryable: false,
    reference: null,
  });

beforeEach(() => {
  check.mockReset().mockResolvedValue([]);
  register.mockReset();
  make.mockReset();
});

describe('registering by invitation', () => {
  it('hands the password over once, beside the form, and clears it at once', async () => {
    const form = filled();
    register.mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
    expect(await form.submit()).toBe('c-1');
    expect(register.mock.calls[0]?.slice(1)).toEqual(['secreta 1', 'secreta 1']);
    expect([form.password, form.confirmPassword]).toEqual(['', '']);
    expect(JSON.stringify([register.mock.calls[0]?.[0], check.mock.calls])).not.toContain('secreta');
  });

  it('clears it also when the gateway says no, and keeps everything else', async () => {
    const form = filled();
    register.mockRejectedValue(
      refusal([{ field: 'invitationCode', code: 'invitation_used', severity: 'error', params: {} }]),
    );
    expect(await form.submit()).toBeUndefined();
    expect([form.password, form.confirmPassword, form.form.username]).toEqual(['', '', 'ana@ejemplo.gt']);
    expect(form.problemAt('invitationCode')?.message).toContain('ya se usó');
    // That it has to be typed again is told at its field, not among what is wrong.
    await form.check();
    expect(form.summary().map(({ field }) => field)).toEqual(['invited-invitationCode']);
    expect(form.problemAt('password')).toMatchObject({ severity: 'warning' });
    expect(form.problemAt('password')?.message).toContain('otra vez');
    form.form.invitationCode = 'OTRO';
    expect(form.problemAt('invitationCode')).toBeUndefined();
    // Sent without it, it is missing; once it is typed, nothing is said of it.
    expect(await form.submit()).toBeUndefined();
    expect(register).toHaveBeenCalledOnce();
    expect(form.summary().map(({ field }) => field)).toEqual(['invited-password']);
    form.password = form.confirmPassword = 'secreta 2';
    await form.check();
    expect(form.problemAt('password')).toBeUndefined();
  });

  it('does not hand over passwords that differ, or none', async () => {
    const form = filled();
    form.confirmPassword = 'secreta 2';
    await form.submit();
    expect(form.problemAt('confirmPassword')?.message).toContain('no es igual');
    form.password = '';
    await form.check();
    expect(form.problemAt('password')?.message).toContain('Contraseña');
    expect(register).not.toHaveBeenCalled();
  });

  it('does not hand over what does not print', async () => {
    const form = filled();
    form.password = form.confirmPassword = 'con\u0007campana';
    await form.submit();
    expect(form.problemAt('password')?.message).toContain('de 8 a 72 caracteres');
    expect(form.password).toBe('con\u0007campana');
    expect(register).not.toHaveBeenCalled();
  });

  it.each(['siete 7', 'x'.repeat(73)])(
    'asks about the length of %j, once, and hands it over all the same',
    async (password) => {
      const form = filled();
      form.password = form.confirmPassword = password;
      expect(await form.submit()).toBeUndefined();
      expect(form.doubts().map(({ field }) => field)).toEqual(['invited-password']);
      expect(register).not.toHaveBeenCalled();
      register.mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
      expect(await form.submitAnyway()).toBe('c-1');
      expect(register.mock.calls[0]?.slice(1)).toEqual([password, password]);
    },
  );

  it('says that the repetition is missing before it says that it differs', async () => {
    const form = filled();
    form.confirmPassword = '';
    await form.submit();
    expect(form.problemAt('confirmPassword')?.message).toContain('Falta');
  });

  it('takes a code as it is read out, in groups', async () => {
    const form = filled();
    register.mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
    form.form.invitationCode = ' w5qx  v58m - kafn ';
    expect(await form.submit()).toBe('c-1');
    expect(register.mock.calls[0]?.[0].invitationCode).toBe('w5qx-v58m-kafn');
    expect(check.mock.calls[0]?.[0].invitationCode).toBe('w5qx-v58m-kafn');
  });

  it('is empty again, the password too, when another company is worked in', async () => {
    const form = filled();
    form.clear();
    expect(form.isEmpty).toBe(true);
    make.mockResolvedValue({ code: 'A', expiresAt: null });
    await invitation.make();
    expect(invitation.made?.code).toBe('A');
    forgetProfile();
    expect(invitation.made).toBeUndefined();
  });

  it('shows no code under another company than the one that made it', async () => {
    let answer = (_: { code: string; expiresAt: null }): void => undefined;
    make.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const making = invitation.make();
    forgetProfile();
    expect(invitation.busy).toBe(false);
    answer({ code: 'of the company before', expiresAt: null });
    await making;
    expect(invitation.made).toBeUndefined();
    make.mockResolvedValue({ code: 'C', expiresAt: null });
    await invitation.make();
    expect(invitation.made?.code).toBe('C');
    invitation.forget();
  });

  it('leads to nobody, and says nothing, where another company is worked in by then', async () => {
    for (const settled of ['done', 'failed'] as const) {
      let resolve = (_: unknown): void => undefined;
      let reject = (_: unknown): void => undefined;
      register.mockReturnValueOnce(new Promise((done, failed) => ([resolve, reject] = [done as never, failed])));
      const form = filled();
      const submitting = form.submit();
      await vi.waitFor(() => expect(register).toHaveBeenCalled());
      form.clear();
      if (settled === 'done') resolve({ profile: { cardholderId: 'c-1' } });
      else reject(refusal([{ field: 'username', code: 'username_taken', severity: 'error', params: {} }]));
      expect(await submitting).toBeUndefined();
      expect([form.busy, form.attempt, form.summary(), form.failure]).toEqual([false, 0, [], undefined]);
      register.mockReset();
    }
  });

  it('is told as plain text with whose it is, the code and until when', () => {
    const text = invitationText({ code: '7F3K-92QM-0TRW', expiresAt: '2026-12-01T18:00:00Z' }, 'Café Los Volcanes');
    expect(text).toContain('Café Los Volcanes');
    expect(text).toContain('Código: 7F3K-92QM-0TRW');
    expect(text).toMatch(/Vence: .*1 dic/);
    expect(invitationText({ code: 'X', expiresAt: null }, 'Y')).not.toContain('Vence');
  });

  it('does not offer a code any more that was used here, but one that was not', async () => {
    register.mockResolvedValue({ profile: { cardholderId: 'c-1' } } as never);
    make.mockResolvedValue({ code: 'C', expiresAt: null });
    await invitation.make();
    await filled().submit();
    expect(invitation.made?.code).toBe('C');
    const form = filled();
    form.form.invitationCode = ' C ';
    await form.submit();
    expect(invitation.made).toBeUndefined();
  });

  it('makes one code for a double click', async () => {
    make.mockResolvedValue({ code: 'B', expiresAt: null });
    await Promise.all([invitation.make(), invitation.make()]);
    expect(make).toHaveBeenCalledTimes(1);
    invitation.forget();
  });
});
