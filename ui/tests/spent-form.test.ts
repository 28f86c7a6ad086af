// A form of which nobody can tell what came of it: closed for good, with what was typed to be read and the way to the operation.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type BatchCheck, type CardView, type FundsDraft } from '../src/lib/backend';
import { Followed } from '../src/screens/card/follow-up.svelte';
import FollowUpForm from '../src/screens/card/FollowUpForm.svelte';
import FundsForm from '../src/screens/card/FundsForm.svelte';
import BatchDecisionForm from '../src/screens/funds/BatchDecisionForm.svelte';
import { batches } from '../src/screens/funds/batch.svelte';
import { errorOf, operationView } from './records';

vi.mock('../src/lib/backend', () => ({
  backend: {
    draftFunds: vi.fn(),
    submitFunds: vi.fn(),
    discardFunds: vi.fn(),
    draftFollowUp: vi.fn(),
    submitFollowUp: vi.fn(),
    readBatch: vi.fn(),
    checkBatch: vi.fn(),
    startBatch: vi.fn(),
    batches: vi.fn(),
    refreshBatchCards: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  sessionIsOpen: () => false,
  refreshSession: () => Promise.resolve(),
}));

const card = {
  card: { cardId: '1', cardholderId: 'u1', lastFour: '4417', alias: null, currency: 'GTQ' },
  cardholderDisplayName: 'Ramírez, Ana',
  actions: [],
} as unknown as CardView;
const draft = {
  reference: 'CD-7F3K-92QM',
  cardId: '1',
  lastFour: '4417',
  cardholderDisplayName: 'Ramírez, Ana',
  alias: null,
  kind: 'load',
  amount: '50.00',
  currency: 'GTQ',
  balance: '0.00',
  endingBalance: '50.00',
  balanceFetchedAt: null,
  otherSide: null,
  lookAlikes: [],
  problems: [],
  needsAmountAgain: false,
  confirmationLimit: '5000.00',
} as FundsDraft;

let mounted: ReturnType<typeof mount> | undefined;
const onspent = vi.fn();
beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(backend.draftFunds).mockResolvedValue(draft);
  vi.mocked(backend.discardFunds).mockResolvedValue(null);
  vi.mocked(backend.batches).mockResolvedValue([]);
  document.body.innerHTML = '<div id="here"></div>';
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  navigation.foundOperation();
  navigation.showNothing();
});

const target = () => document.getElementById('here') as HTMLElement;
const control = (id: string) => document.getElementById(id) as HTMLInputElement;
const sends = (from: Element | null) => {
  from?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }));
};
const isThere = (id: string) =>
  vi.waitFor(() => {
    flushSync();
    expect(document.getElementById(id)).not.toBeNull();
  });

describe('a money form', () => {
  async function spent(): Promise<void> {
    navigation.openCard('u1', '1');
    navigation.openCardForm('load');
    vi.mocked(backend.submitFunds).mockRejectedValue(errorOf('outcome_not_written', draft.reference));
    mounted = mount(FundsForm, {
      target: target(),
      props: { card, kind: 'load', onoutcome: vi.fn(), onspent, onagain: vi.fn() },
    });
    flushSync();
    control('funds-amount').value = '50';
    control('funds-amount').dispatchEvent(new Event('input', { bubbles: true }));
    sends(control('funds-amount'));
    await isThere('funds-spent');
    await tick();
  }

  it('has no way to send any more, and shows what was typed', async () => {
    await spent();
    expect(document.getElementById('funds-submit')).toBeNull();
    for (const id of ['funds-amount', 'funds-note']) expect(control(id).disabled).toBe(true);
    expect(control('funds-amount').value).toBe('50');
    expect(document.getElementById('funds-spent')?.textContent).toContain('No se pudo anotar el resultado.');
    expect(onspent).toHaveBeenCalledTimes(1);
    expect(document.activeElement?.contains(document.getElementById('funds-spent'))).toBe(true);
    sends(document.activeElement);
    await tick();
    expect(backend.submitFunds).toHaveBeenCalledTimes(1);
  });

  it('leads to the operation', async () => {
    await spent();
    control('funds-see').click();
    expect(navigation.wantedOperation).toBe('CD-7F3K-92QM');
    expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'u1', cardId: '1' });
    expect(navigation.cardForm).toBeNull();
  });

  it('is closed by its button', async () => {
    await spent();
    control('funds-done').click();
    expect(navigation.cardForm).toBeNull();
    expect(navigation.wantedOperation).toBeNull();
  });
});

describe('the form that takes an operation back', () => {
  it.each([
    [{ cardId: '1', cardholderId: 'u1' }, { kind: 'card', cardholderId: 'u1', cardId: '1' }, 'CD-1'],
    [{ kind: 'issue', cardId: null, cardholderId: 'u1' }, { kind: 'cardholder', cardholderId: 'u1' }, null],
  ] as const)('has no way to send any more, and leads to where it is seen: %j', async (older, detail, reference) => {
    vi.mocked(backend.draftFollowUp).mockResolvedValue({
      reference: 'CD-1',
      kind: 'makes_again',
      older: operationView('CD-0', older),
      funds: 'kind' in older ? null : { ...draft, reference: 'CD-1' },
    });
    vi.mocked(backend.submitFollowUp).mockRejectedValue(errorOf('outcome_not_written'));
    const onclose = vi.fn();
    mounted = mount(FollowUpForm, {
      target: target(),
      props: {
        followed: new Followed(operationView('CD-0', older), 'makes_again'),
        onoutcome: vi.fn(),
        onspent,
        onclose,
      },
    });
    await isThere('follow-up-submit');
    control('follow-up-submit').click();
    await isThere('follow-up-spent');
    expect(document.getElementById('follow-up-spent')?.textContent).toContain('referencia CD-1');
    expect(document.getElementById('follow-up-submit')).toBeNull();
    expect(onspent).toHaveBeenCalledTimes(1);
    control('follow-up-see').click();
    expect(onclose).toHaveBeenCalled();
    expect(navigation.detail).toEqual(detail);
    expect(navigation.wantedOperation).toBe(reference);
  });
});

describe('the form that begins a batch', () => {
  const check = {
    id: 'file-1',
    name: null,
    encoding: 'UTF-8',
    separator: 'comma',
    unusedTitles: [],
    style: {
      detected: 'comma_thousands',
      used: 'comma_thousands',
      isConfirmed: true,
      commaThousands: 2,
      pointThousands: 0,
      examples: [],
    },
    rows: [],
    ready: 2,
    doubtful: 0,
    refused: 0,
    totals: [],
    cards: 1,
    oldCards: 0,
    cardsSeenAt: null,
    earlier: [],
    totalAgain: null,
  } as unknown as BatchCheck;
  const begun = async () => {
    vi.mocked(backend.readBatch).mockResolvedValue(check);
    await batches.read(() => Promise.resolve({ from: 'pasted', text: 'x' }));
    mounted = mount(BatchDecisionForm, { target: target(), props: { check } });
    flushSync();
  };
  afterEach(() => batches.leaveCheck());

  it('begins none any more where nobody can tell whether it did, and leads to the batches', async () => {
    await begun();
    vi.mocked(backend.startBatch).mockRejectedValue(errorOf('internal'));
    control('batch-start').click();
    await isThere('batch-spent');
    expect(document.getElementById('batch-start')).toBeNull();
    expect(control('batch-style-point_thousands').disabled).toBe(true);
    await batches.start();
    await batches.confirmStyle('point_thousands');
    await batches.refreshCards('all');
    expect(backend.startBatch).toHaveBeenCalledTimes(1);
    expect(backend.checkBatch).not.toHaveBeenCalled();
    expect(backend.refreshBatchCards).not.toHaveBeenCalled();
    control('batch-see').click();
    expect(batches.check).toBeUndefined();
    expect(backend.batches).toHaveBeenCalled();
    await begun();
    expect(batches.isClosed).toBe(false);
  });

  it('stays open where the desk stopped it', async () => {
    await begun();
    vi.mocked(backend.startBatch).mockRejectedValueOnce(errorOf('batch_running'));
    control('batch-start').click();
    await isThere('batch-failure');
    expect(control('batch-start')).not.toBeNull();
    expect(batches.isClosed).toBe(false);
  });
});
