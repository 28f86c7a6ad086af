// A replacement's panel: the button names the next step, does it once, and what it came to is shown.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReplacementStepForm, ReplacementView } from '../src/lib/backend';
import { STEPS_OF } from '../src/screens/replace/steps';
import { Replace } from '../src/screens/replace/replace.svelte';

const continueReplacement = vi.hoisted(() => vi.fn());
const replacementOfCard = vi.hoisted(() => vi.fn());
vi.mock('$lib/backend', () => ({ backend: { continueReplacement, replacementOfCard } }));

const card = (cardId: string) => ({ cardId }) as ReplacementView['oldCard'];

function view(more: Partial<ReplacementView> = {}): ReplacementView {
  return {
    number: 3,
    cardholderId: 'u1',
    oldCard: card('7'),
    newCard: card('8'),
    cause: 'lost',
    reason: 'Tarjeta perdida',
    begunAt: '2026-11-24T16:00:00Z',
    operator: 'lucia',
    standing: 'open',
    steps: STEPS_OF.lost.map((step) => ({
      step,
      standing: step === 'balance' ? 'next' : 'done',
      outcome: null,
      at: null,
      operator: null,
      reference: null,
      detail: null,
    })),
    waits: null,
    attempt: null,
    balance: {
      amount: '250.25',
      available: null,
      pending: null,
      currency: 'GTQ',
      needsAmountAgain: false,
      availableNeedsAgain: false,
    },
    candidates: [],
    stopped: null,
    ...more,
  };
}

beforeEach(() => {
  continueReplacement.mockReset();
  replacementOfCard.mockReset();
});

async function shown(of: ReplacementView, cardId = '7'): Promise<Replace> {
  replacementOfCard.mockResolvedValue(of);
  const replace = new Replace(cardId);
  await replace.load();
  return replace;
}

describe('a replacement', () => {
  it('sends the step and the amount that the button named, once', async () => {
    const replace = await shown(view());
    continueReplacement.mockResolvedValue(view({ standing: 'finished' }));
    await Promise.all([replace.proceed(), replace.proceed()]);
    expect(continueReplacement).toHaveBeenCalledTimes(1);
    const sent = continueReplacement.mock.calls[0]?.[0] as ReplacementStepForm;
    expect(sent).toEqual({ number: 3, step: 'balance', amount: '250.25', amountAgain: null, newCardId: null });
    expect(replace.view?.standing).toBe('finished');
  });

  it('moves no amount at a step that moves none', async () => {
    const steps = view().steps.map((step) => ({
      ...step,
      standing: step.step === 'issue' ? ('next' as const) : ('ahead' as const),
    }));
    const replace = await shown(view({ steps, balance: null }));
    continueReplacement.mockResolvedValue(view());
    await replace.proceed();
    expect(continueReplacement.mock.calls[0]?.[0]).toMatchObject({ step: 'issue', amount: null });
  });

  it('stays where it is and says why when the step was refused', async () => {
    const replace = await shown(view());
    continueReplacement.mockRejectedValue({ code: 'gateway_refused', params: {}, fields: [] });
    await replace.proceed();
    expect(replace.form.failure).toBeDefined();
    expect(replace.next).toBe('balance');
  });

  it('begins for a card that has none, and for the new card of one that is finished', async () => {
    replacementOfCard.mockResolvedValue(null);
    const none = new Replace('7');
    expect(none.isToBegin).toBe(false);
    await none.load();
    expect(none.isToBegin).toBe(true);
    expect((await shown(view({ standing: 'finished' }), '8')).isToBegin).toBe(true);
    expect((await shown(view({ standing: 'finished' }), '7')).isToBegin).toBe(false);
    expect((await shown(view(), '8')).isToBegin).toBe(false);
  });
});

it('is told to its end where it was carried out, also beside the new card, and is not begun anew by itself', async () => {
  const replace = await shown(view(), '8');
  expect(replace.isToBegin).toBe(false);
  continueReplacement.mockResolvedValue(view({ standing: 'finished' }));
  await replace.proceed();
  expect(replace.view?.standing).toBe('finished');
  expect(replace.isToBegin).toBe(false);
});

describe('a balance of which debits hold a part', () => {
  const balance = {
    amount: '250.25',
    available: '230.25',
    pending: '20.00',
    currency: 'GTQ',
    needsAmountAgain: true,
    availableNeedsAgain: false,
  };

  it('is moved whole, or as far as it is available, as the operator says', async () => {
    const replace = await shown(view({ balance }));
    expect([replace.amount, replace.needsAmountAgain]).toEqual(['250.25', true]);
    replace.availableOnly = true;
    expect([replace.amount, replace.needsAmountAgain]).toEqual(['230.25', false]);
    continueReplacement.mockResolvedValue(view({ standing: 'finished' }));
    await replace.proceed();
    expect(continueReplacement.mock.calls[0]?.[0]).toMatchObject({ amount: '230.25', amountAgain: null });
  });

  it('is offered as available once the gateway has said that it is less than was asked for', async () => {
    const replace = await shown(view({ balance: { ...balance, needsAmountAgain: false } }));
    const attempt = { gatewayCode: '7303' } as ReplacementView['attempt'];
    continueReplacement.mockResolvedValue(view({ balance, attempt }));
    await replace.proceed();
    expect([replace.availableOnly, replace.amount]).toEqual([true, '230.25']);
  });
});
