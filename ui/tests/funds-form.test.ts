// The money form promises: sent once, closed until there is an outcome, and nothing moved by merely looking.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FundsDraft, OperationView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { navigation } from '../src/lib/app/navigation.svelte';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { BackendError } from '../src/lib/backend/errors';
import { FundsFormState } from '../src/screens/card/funds-form.svelte';
import { errorOf } from './records';

vi.mock('../src/lib/backend', () => ({
  backend: { draftFunds: vi.fn(), submitFunds: vi.fn(), discardFunds: vi.fn() },
}));
const draftFunds = vi.mocked(backend.draftFunds);
const submitFunds = vi.mocked(backend.submitFunds);
const discardFunds = vi.mocked(backend.discardFunds);

const draft: FundsDraft = {
  reference: 'CD-7F3K-92QM',
  cardId: '1',
  lastFour: '4417',
  cardholderDisplayName: 'Ramírez, Ana',
  alias: null,
  kind: 'load',
  amount: '1250.00',
  currency: 'GTQ',
  balance: '0.00',
  endingBalance: '1250.00',
  balanceFetchedAt: null,
  otherSide: null,
  lookAlikes: [],
  problems: [],
  needsAmountAgain: false,
  confirmationLimit: '5000.00',
};
const outcome = { reference: draft.reference, state: 'applied' } as OperationView;

beforeEach(() => {
  draftFunds.mockReset().mockResolvedValue(draft);
  submitFunds.mockReset().mockResolvedValue(outcome);
  discardFunds.mockReset().mockResolvedValue(null);
});

function typed(amount: string): FundsFormState {
  const form = new FundsFormState('1', 'load');
  form.amount = amount;
  return form;
}

describe('a load', () => {
  it('says at the note that no card number may stand there, and is sent once that is mended', async () => {
    const problem = { field: 'note', code: 'card_number_given', severity: 'error', params: {} } as const;
    const refused = {
      code: 'fields_need_mending',
      message: null,
      params: {},
      field: 'note',
      fields: [problem],
    } as const;
    submitFunds.mockRejectedValueOnce(
      new BackendError({ ...refused, fields: [problem], retryable: false, reference: null }),
    );
    const form = typed('1250');
    form.note = '4000001531002392';
    await form.submit();
    expect(form.problemAt('note')?.message).toMatch(/^Motivo.*últimos cuatro/);
    expect(form.summary().map(({ field }) => field)).toEqual(['funds-note']);
    form.note = 'de la 2392';
    await form.submit();
    expect(form.outcome).toEqual(outcome);
  });

  it('goes on with one reference however often the amount is changed', async () => {
    const form = typed('1');
    await form.read();
    form.amount = '12';
    await form.read();
    expect(draftFunds.mock.calls.map(([request]) => request.reference)).toEqual([null, 'CD-7F3K-92QM']);
  });

  it('is sent once, whatever is pressed while it is under way and after it', async () => {
    const form = typed('1250');
    await Promise.all([form.submit(), form.submit()]);
    await form.submit();
    expect(submitFunds).toHaveBeenCalledTimes(1);
    expect(form.outcome?.state).toBe('applied');
    expect(form.isClosed).toBe(true);
  });

  it('is not sent while something has to be mended', async () => {
    draftFunds.mockResolvedValue({
      ...draft,
      amount: null,
      problems: [{ field: 'amount', code: 'amount_form', severity: 'error', params: {} }],
    });
    const form = typed('12,34.5');
    await form.submit();
    expect(submitFunds).not.toHaveBeenCalled();
    expect(form.summary()).toEqual([{ field: 'funds-amount', message: form.problemAt('amount')?.message }]);
  });

  it.each([
    ['125.505', ['125,505.00', '125.505']],
    ['12,5', ['125.00', '12.50']],
    ['1234,567.00', ['1,234.50']],
  ])('says how %s can be read, where that is two ways', async (amount, readings) => {
    draftFunds.mockResolvedValue({
      ...draft,
      amount: null,
      problems: [{ field: 'amount', code: 'amount_ambiguous', severity: 'error', params: {} }],
    });
    const form = typed(amount);
    await form.submit();
    for (const reading of readings) expect(form.problemAt('amount')?.message).toContain(reading);
  });

  it('sends the amount as it was typed last, not as it was read before', async () => {
    const form = typed('1');
    await form.read();
    form.amount = '1250';
    await form.submit();
    expect(submitFunds.mock.calls[0]?.[0].amountTyped).toBe('1250');
    expect(draftFunds.mock.lastCall?.[0].amountTyped).toBe('1250');
  });

  it('is not sent when what was typed could not be read', async () => {
    const form = typed('1250');
    await form.read();
    draftFunds.mockRejectedValue(new Error('disk full'));
    form.amount = '12500';
    await form.submit();
    expect(submitFunds).not.toHaveBeenCalled();
    expect(form.failure?.code).toBe('internal');
  });

  it('is not sent when the amount changed while it was being read', async () => {
    const form = typed('1250');
    const submitted = form.submit();
    form.amount = '12500';
    await submitted;
    expect(
      submitFunds.mock.calls.every(([sent]) => sent.amountTyped === draftFunds.mock.lastCall?.[0].amountTyped),
    ).toBe(true);
  });

  it('sends the amount typed once more only where it is asked for', async () => {
    const form = typed('6000');
    form.amountAgain = '6000';
    await form.submit();
    expect(submitFunds.mock.calls[0]?.[0].amountAgain).toBeNull();
    draftFunds.mockResolvedValue({ ...draft, needsAmountAgain: true });
    const above = typed('6000');
    above.amountAgain = '6000';
    await above.submit();
    expect(submitFunds.mock.calls[1]?.[0].amountAgain).toBe('6000');
  });

  it('stays open with everything in it when the desk stops it before sending', async () => {
    submitFunds.mockRejectedValue(
      new BackendError({
        code: 'look_alike_open',
        message: null,
        params: {},
        field: null,
        fields: [],
        retryable: false,
        reference: 'CD-0000-0000',
      }),
    );
    const form = typed('1250');
    await form.submit();
    expect(form.outcome).toBeUndefined();
    expect(form.failure?.reference).toBe('CD-0000-0000');
    expect(form.amount).toBe('1250');
  });

  it('waits for a look-alike until a reason is given, and names the ones that were shown', async () => {
    draftFunds.mockResolvedValue({ ...draft, lookAlikes: [{ reference: 'CD-7777-7777' } as OperationView] });
    const form = typed('1250');
    await form.submit();
    expect(submitFunds).not.toHaveBeenCalled();
    form.despite = 'dos a propósito';
    await form.submit();
    expect(submitFunds.mock.calls[0]?.[0].despite).toEqual({
      references: ['CD-7777-7777'],
      reason: 'dos a propósito',
    });
  });

  it('sends the card that was read, not one that was chosen while it was being read', async () => {
    const form = new FundsFormState('1', 'transfer');
    form.amount = '10';
    form.toCardId = '2';
    const submitted = form.submit();
    form.toCardId = '3';
    await submitted;
    expect(submitFunds.mock.calls.every(([sent]) => sent.toCardId === draftFunds.mock.lastCall?.[0].toCardId)).toBe(
      true,
    );
  });

  it('gives up a draft that was left, and never one that was sent', async () => {
    const left = typed('1');
    await left.read();
    await left.close();
    expect(discardFunds).toHaveBeenCalledWith('CD-7F3K-92QM');
    discardFunds.mockClear();
    const sent = typed('1250');
    await sent.submit();
    await sent.close();
    expect(discardFunds).not.toHaveBeenCalled();
  });

  it('makes no draft after it was closed', async () => {
    const form = typed('1');
    await form.close();
    await form.read();
    expect(draftFunds).not.toHaveBeenCalled();
  });
});

describe('a load of which nobody can tell what came', () => {
  it.each([
    ['outcome_not_written', 'CD-7F3K-92QM'],
    ['submitted_already', 'CD-7F3K-92QM'],
  ] as const)('is never sent again, under whatever reference, after %s', async (code, reference) => {
    submitFunds.mockRejectedValueOnce(errorOf(code, reference));
    const form = typed('1250');
    await form.submit();
    draftFunds.mockClear().mockResolvedValue({ ...draft, reference: 'CD-2222-2222' });
    await form.submit();
    await form.read();
    await form.turn('withdrawal');
    expect(submitFunds).toHaveBeenCalledTimes(1);
    expect(draftFunds).not.toHaveBeenCalled();
    expect([form.isClosed, form.sentAs, form.failure?.code]).toEqual([true, 'CD-7F3K-92QM', code]);
    expect([form.amount, form.kind]).toEqual(['1250', 'load']);
  });

  it('is asked for where this program failed, and goes on under its reference only if that was not sent', async () => {
    submitFunds.mockRejectedValueOnce(errorOf('internal')).mockRejectedValueOnce(errorOf('internal'));
    const form = typed('1250');
    await form.submit();
    expect([form.isClosed, form.failure?.code]).toEqual([false, 'internal']);
    draftFunds
      .mockResolvedValueOnce(draft)
      .mockRejectedValueOnce(errorOf('submitted_already', draft.reference))
      .mockClear();
    await form.submit();
    expect(draftFunds.mock.calls.map(([request]) => request.reference)).toEqual([draft.reference, draft.reference]);
    expect([form.isClosed, form.sentAs]).toEqual([true, draft.reference]);
  });

  it('is not sent by a form that was left while it was read', async () => {
    const form = typed('1250');
    const sending = form.submit();
    await form.close();
    await sending;
    expect(submitFunds).not.toHaveBeenCalled();
  });

  it('is found sent as it is read, and names the operation that it was sent as', async () => {
    const form = typed('1250');
    await form.read();
    draftFunds.mockRejectedValue(errorOf('submitted_already', 'CD-9999-9999'));
    await form.submit();
    expect(submitFunds).not.toHaveBeenCalled();
    expect(form.sentAs).toBe('CD-9999-9999');
  });

  it('keeps nothing for the next form, and gives up no draft: its reference may be an operation’s', async () => {
    navigation.openCard('u1', '1');
    navigation.openCardForm('load');
    submitFunds.mockRejectedValueOnce(errorOf('outcome_not_written', 'CD-7F3K-92QM'));
    const form = typed('1250');
    await form.submit();
    navigation.go('faults');
    await form.close();
    navigation.go('cardholders');
    expect(new FundsFormState('1', 'load').amount).toBe('');
    expect(discardFunds).not.toHaveBeenCalled();
  });

  it('is no such load where the desk stopped it before sending', async () => {
    submitFunds.mockRejectedValueOnce(errorOf('intent_not_written', 'CD-7F3K-92QM'));
    const form = typed('1250');
    await form.submit();
    expect(form.isClosed).toBe(false);
    await form.submit();
    expect(form.outcome).toEqual(outcome);
  });
});

describe('a limit that is passed', () => {
  it('is said in the card’s currency, also where the draft does not know it', async () => {
    draftFunds.mockResolvedValue({
      ...draft,
      currency: null,
      problems: [
        { field: 'amountAgain', code: 'amount_again_missing', severity: 'error', params: { limit: '5000.00' } },
      ],
    });
    const form = new FundsFormState('1', 'load', 'GTQ');
    form.amount = '6000';
    await form.submit();
    expect(form.problemAt('amountAgain')?.message.replace(/\s/g, ' ')).toContain('Q 5,000.00');
  });
});

describe('what was typed into a money form', () => {
  const left = async (form: FundsFormState) => {
    form.amount = '1250';
    form.note = 'Viáticos';
    form.amountAgain = '1250';
    await form.close();
  };
  const open = () => {
    navigation.openCard('u1', '1');
    navigation.openCardForm('load');
  };

  it('is still there after a look at another screen, but for what confirms it', async () => {
    open();
    const form = new FundsFormState('1', 'load');
    navigation.go('faults');
    await left(form);
    navigation.go('cardholders');
    const again = new FundsFormState('1', 'load');
    expect([again.amount, again.note, again.amountAgain]).toEqual(['1250', 'Viáticos', '']);
    expect(new FundsFormState('1', 'load').amount).toBe('');
  });

  it('is gone once the form was closed, sent, or the card was opened anew', async () => {
    open();
    const closed = new FundsFormState('1', 'load');
    navigation.closeCardForm();
    await left(closed);
    navigation.openCardForm('load');
    expect(new FundsFormState('1', 'load').amount).toBe('');

    const sent = new FundsFormState('1', 'load');
    sent.amount = '1250';
    await sent.submit();
    navigation.go('faults');
    await left(sent);
    navigation.go('cardholders');
    expect(new FundsFormState('1', 'load').amount).toBe('');

    const elsewhere = new FundsFormState('1', 'load');
    navigation.go('faults');
    await left(elsewhere);
    open();
    expect(new FundsFormState('1', 'load').amount).toBe('');
  });

  it('is in no other form, and is forgotten with the company', async () => {
    open();
    let form = new FundsFormState('1', 'load');
    navigation.go('faults');
    await left(form);
    navigation.go('cardholders');
    navigation.openCardForm('withdrawal');
    expect(new FundsFormState('1', 'withdrawal').amount).toBe('');
    navigation.openCardForm('load');
    form = new FundsFormState('1', 'load');
    navigation.go('faults');
    await left(form);
    forgetProfile();
    expect(new FundsFormState('1', 'load').amount).toBe('');
  });
});

describe('an adjustment that is turned to the other direction', () => {
  const turned = { ...draft, kind: 'adjustment_withdrawal', reference: 'CD-2222-2222' } as const;
  const begun = async () => {
    const form = new FundsFormState('1', 'adjustment_load');
    Object.assign(form, { amount: '1250', amountAgain: '1250', note: 'Cargo doble' });
    await form.read();
    draftFunds.mockClear().mockResolvedValue(turned);
    return form;
  };

  it('keeps all that was typed, and has it read anew under a reference of its own', async () => {
    const form = await begun();
    await form.turn('adjustment_withdrawal');
    expect([form.amount, form.amountAgain, form.note]).toEqual(['1250', '1250', 'Cargo doble']);
    expect(draftFunds.mock.calls.map(([request]) => request)).toEqual([
      { cardId: '1', kind: 'adjustment_withdrawal', toCardId: null, amountTyped: '1250', reference: null },
    ]);
    expect(discardFunds.mock.calls).toEqual([['CD-7F3K-92QM']]);
    await form.submit();
    expect(submitFunds.mock.calls.map(([sent]) => sent.reference)).toEqual(['CD-2222-2222']);
  });

  it('never shows or sends what was read for the direction before', async () => {
    const form = await begun();
    let answer: (read: FundsDraft) => void = () => undefined;
    draftFunds.mockReturnValueOnce(new Promise((give) => (answer = give)));
    const reading = form.read();
    await Promise.resolve();
    const turning = form.turn('adjustment_withdrawal');
    expect(form.draft).toBeUndefined();
    answer({ ...draft, reference: 'CD-1111-1111' });
    await Promise.all([reading, turning]);
    expect(form.draft?.reference).toBe('CD-2222-2222');
    expect(discardFunds).toHaveBeenCalledWith('CD-1111-1111');
  });

  it('waits for look-alikes of its own, and knows the reason again when it is turned back', async () => {
    const form = await begun();
    form.despite = 'dos a propósito';
    await form.turn('adjustment_withdrawal');
    expect(form.despite).toBeUndefined();
    await form.turn('adjustment_load');
    expect(form.despite).toBe('dos a propósito');
  });

  it('is no longer turned once it was sent', async () => {
    const form = await begun();
    await form.submit();
    await form.turn('adjustment_withdrawal');
    expect(form.kind).toBe('adjustment_load');
  });
});
