// What follows an operation promises: one draft, one request, the reason and the look-alikes as the operator saw them.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FollowUpDraft, OperationView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { FollowUpState } from '../src/screens/card/follow-up.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { draftFollowUp: vi.fn(), submitFollowUp: vi.fn(), discardFunds: vi.fn() },
}));
const draftFollowUp = vi.mocked(backend.draftFollowUp);
const submitFollowUp = vi.mocked(backend.submitFollowUp);
const discardFunds = vi.mocked(backend.discardFunds);

const older = { reference: 'CD-0000-0000', kind: 'load', state: 'applied' } as OperationView;
const lookAlike = { reference: 'CD-7777-7777' } as OperationView;
const draft: FollowUpDraft = {
  reference: 'CD-7F3K-92QM',
  kind: 'corrects',
  older,
  funds: {
    reference: 'CD-7F3K-92QM',
    cardId: '1',
    lastFour: '4417',
    kind: 'withdrawal',
    amount: '1250.00',
    currency: 'GTQ',
    balance: '2000.00',
    endingBalance: '750.00',
    balanceFetchedAt: null,
    otherSide: null,
    lookAlikes: [],
    problems: [],
    needsAmountAgain: false,
    confirmationLimit: '5000.00',
  },
};
const outcome = { reference: draft.reference, state: 'applied' } as OperationView;

beforeEach(() => {
  draftFollowUp.mockReset().mockResolvedValue(draft);
  submitFollowUp.mockReset().mockResolvedValue(outcome);
  discardFunds.mockReset().mockResolvedValue(null);
});

async function begun(change: Partial<NonNullable<FollowUpDraft['funds']>> = {}): Promise<FollowUpState> {
  if (draft.funds) draftFollowUp.mockResolvedValue({ ...draft, funds: { ...draft.funds, ...change } });
  const form = new FollowUpState(older.reference, 'corrects');
  await form.load();
  return form;
}

describe('a correction', () => {
  it('is sent once with its reason, whatever is pressed while it is under way and after it', async () => {
    const form = await begun();
    form.reason = ' Tarjeta equivocada ';
    await Promise.all([form.submit(), form.submit()]);
    await form.submit();
    expect(submitFollowUp.mock.calls).toEqual([
      [{ reference: 'CD-7F3K-92QM', reason: 'Tarjeta equivocada', amountAgain: null, despite: null }],
    ]);
    expect(form.outcome?.state).toBe('applied');
  });

  it('goes on with its draft when it is read again', async () => {
    const form = await begun();
    await form.load();
    expect(draftFollowUp.mock.calls.map(([, , reference]) => reference)).toEqual([null, 'CD-7F3K-92QM']);
  });

  it('waits for a look-alike until a reason is given, and names the ones that were shown', async () => {
    const form = await begun({ lookAlikes: [lookAlike] });
    await form.submit();
    expect(submitFollowUp).not.toHaveBeenCalled();
    form.despite = 'dos a propósito';
    await form.submit();
    expect(submitFollowUp.mock.calls[0]?.[0].despite).toEqual({
      references: ['CD-7777-7777'],
      reason: 'dos a propósito',
    });
  });

  it('is not sent while something stands against it', async () => {
    const form = await begun({
      problems: [{ field: 'amount', code: 'amount_overdraws', severity: 'error', params: { ending: '-1.00' } }],
    });
    await form.submit();
    expect(submitFollowUp).not.toHaveBeenCalled();
    expect(form.summary()).toHaveLength(1);
  });

  it('stays open with the reason when the desk stops it, and says what to mend at its field', async () => {
    submitFollowUp.mockRejectedValue(
      new BackendError({
        code: 'fields_need_mending',
        message: null,
        params: {},
        field: 'reason',
        fields: [{ field: 'reason', code: 'missing', severity: 'error', params: {} }],
        retryable: false,
        reference: null,
      }),
    );
    const form = await begun();
    form.reason = 'x';
    await form.submit();
    expect(form.outcome).toBeUndefined();
    expect(form.problemAt('reason')?.severity).toBe('error');
    expect(form.summary()[0]?.field).toBe('follow-up-reason');
    expect(form.reason).toBe('x');
  });

  it('gives up a draft that was left, and never one that was sent', async () => {
    const left = await begun();
    await left.close();
    expect(discardFunds).toHaveBeenCalledWith('CD-7F3K-92QM');
    discardFunds.mockClear();
    const sent = await begun();
    await sent.submit();
    await sent.close();
    expect(discardFunds).not.toHaveBeenCalled();
  });
});
