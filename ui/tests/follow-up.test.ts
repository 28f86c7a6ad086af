// What follows an operation promises: one draft, one request, the reason and the look-alikes as the operator saw them.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { forgetProfile } from '../src/lib/app/profile-scope';
import type { FollowUpDraft, OperationView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { followedInAttention } from '../src/screens/attention/attention.svelte';
import { Followed, followedBesideCard, FollowUpState } from '../src/screens/card/follow-up.svelte';
import { errorOf } from './records';

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
    cardholderDisplayName: 'Ramírez, Ana',
    alias: null,
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

async function begun(
  change: Partial<NonNullable<FollowUpDraft['funds']>> = {},
  followed = new Followed(older, 'corrects'),
): Promise<FollowUpState> {
  if (draft.funds) draftFollowUp.mockResolvedValue({ ...draft, funds: { ...draft.funds, ...change } });
  const form = new FollowUpState(followed);
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

describe('a correction beside a card', () => {
  const atCard = async () => begun({}, followedBesideCard.current);
  beforeEach(() => {
    navigation.openCard('u1', '1');
    followedBesideCard.begin(older, 'corrects');
  });

  it('is there with its reason after a look at another screen, but for what confirms it', async () => {
    Object.assign(await atCard(), { reason: 'Tarjeta equivocada', amountAgain: '1250', despite: 'dos a propósito' });
    navigation.go('faults');
    navigation.go('cardholders');
    expect(followedBesideCard.current).toMatchObject({ older, kind: 'corrects' });
    const again = await atCard();
    expect([again.reason, again.amountAgain, again.despite]).toEqual(['Tarjeta equivocada', '', undefined]);
  });

  it('is there with its reason after somebody else was chosen, when the same operation is followed once more', async () => {
    (await atCard()).reason = 'Tarjeta equivocada';
    const other = { ...older, reference: 'CD-1111-1111' };
    navigation.openCard('u2', '2');
    followedBesideCard.begin(other, 'corrects');
    expect((await atCard()).reason).toBe('');
    navigation.openCard('u1', '1');
    followedBesideCard.begin(older, 'corrects');
    expect((await atCard()).reason).toBe('Tarjeta equivocada');
    navigation.openCard('u2', '2');
    navigation.openCard('u1', '1');
    followedBesideCard.begin(other, 'corrects');
    expect((await atCard()).reason).toBe('');
  });

  it('begins anew once it was closed, the card was opened anew, or another company is worked in', async () => {
    (await atCard()).reason = 'Tarjeta equivocada';
    navigation.closeCardForm();
    followedBesideCard.begin(older, 'corrects');
    expect((await atCard()).reason).toBe('');
    navigation.openCard('u1', '1');
    expect(followedBesideCard.current).toBeUndefined();
    followedBesideCard.begin(older, 'corrects');
    forgetProfile();
    expect(followedBesideCard.current).toBeUndefined();
  });

  it('is told as sent from then on, unless the desk stopped it', async () => {
    const form = await atCard();
    submitFollowUp.mockRejectedValueOnce(errorOf('look_alike_open', 'CD-7777-7777'));
    await form.submit();
    expect(form.followed.isSent).toBe(false);
    await form.submit();
    expect(form.followed.isSent).toBe(true);
  });

  it.each(['outcome_not_written', 'submitted_already'] as const)(
    'is closed for good by %s, and told as sent: the same would go out under another reference',
    async (code) => {
      const form = await atCard();
      submitFollowUp.mockRejectedValueOnce(errorOf(code));
      await form.submit();
      await form.submit();
      await form.load();
      await form.close();
      expect(submitFollowUp).toHaveBeenCalledTimes(1);
      expect(draftFollowUp).toHaveBeenCalledTimes(1);
      expect(discardFunds).not.toHaveBeenCalled();
      expect([form.isClosed, form.sentAs, form.failure?.code]).toEqual([true, 'CD-7F3K-92QM', code]);
      expect(form.followed.isSent).toBe(true);
    },
  );
});

describe('a correction in what needs attention', () => {
  it('is there with its reason after a look at another screen, and when it is asked for once more', () => {
    followedInAttention.begin(older, 'corrects');
    if (followedInAttention.current) followedInAttention.current.reason = 'Tarjeta equivocada';
    followedInAttention.begin(older, 'corrects');
    expect(followedInAttention.current?.reason).toBe('Tarjeta equivocada');
    followedInAttention.end();
    followedInAttention.begin(older, 'corrects');
    expect(followedInAttention.current?.reason).toBe('');
    forgetProfile();
    expect(followedInAttention.current).toBeUndefined();
  });
});
