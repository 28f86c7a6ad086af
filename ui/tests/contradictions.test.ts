// A contradiction promises to say when money may have moved twice, and to offer every way to put it right.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContradictionRow, NewCard, OperationView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import ContradictionCard from '../src/screens/attention/ContradictionCard.svelte';
import SettleForm from '../src/screens/attention/SettleForm.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { clearContradiction: vi.fn(), settleOperation: vi.fn() } }));

const operation = (reference: string, change: Partial<OperationView> = {}): OperationView =>
  ({
    reference,
    kind: 'load',
    state: 'settled_not_applied',
    amount: '40.00',
    currency: 'GTQ',
    detail: 'El emisor dice que no',
    changedAt: '2026-11-24T16:02:00Z',
    contradiction: { foundAt: '2026-11-24T18:00:00Z', movementId: 'm-1', isProof: true, cleared: null },
    cardholderId: null,
    cardId: null,
    canCorrect: true,
    ...change,
  }) as OperationView;
const again = operation('CD-2', { state: 'applied', contradiction: null, operator: 'ana' });

let mounted: ReturnType<typeof mount> | undefined;
const oncorrect = vi.fn();
const oncleared = vi.fn();

function show(change: Partial<ContradictionRow>): void {
  const row = {
    operation: operation('CD-1'),
    card: null,
    toCard: null,
    cardholderDisplayName: '',
    saidBy: 'Operadora',
    movements: [],
    madeAgain: [],
    ...change,
  };
  mounted = mount(ContradictionCard, { target: document.body, props: { row, oncorrect, oncleared } });
  flushSync();
}
const text = () => document.body.textContent;
const click = (selector: string) => {
  document.querySelector<HTMLElement>(selector)?.click();
  flushSync();
};

beforeEach(() => vi.clearAllMocks());
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

describe('what the gateway shows against what was said', () => {
  it('says that money may have moved twice, and offers to take back either', () => {
    show({ madeAgain: [again] });
    expect(text()).toContain('CD-2');
    expect(text()).toContain('dos veces');
    click('[data-of="CD-2"]');
    expect(oncorrect).toHaveBeenCalledWith(again);
    click('[data-of="CD-1"]');
    expect(oncorrect).toHaveBeenCalledTimes(2);
  });

  it('offers no taking back of what is not proved', () => {
    const trace = { foundAt: '2026-11-24T18:00:00Z', movementId: 'm-1', isProof: false, cleared: null };
    show({ operation: operation('CD-1', { contradiction: trace, canCorrect: false }) });
    expect(document.querySelector('[data-action="correct"]')).toBeNull();
  });

  it('is over once a person has said why', async () => {
    show({});
    click('[data-action="clear"]');
    const reason = document.getElementById('clear-reason') as HTMLInputElement;
    reason.value = 'Llegó tarde';
    reason.dispatchEvent(new Event('input', { bubbles: true }));
    vi.mocked(backend.clearContradiction).mockResolvedValue(operation('CD-1'));
    click('#clear-submit');
    await vi.waitFor(() => expect(oncleared).toHaveBeenCalled());
    expect(backend.clearContradiction).toHaveBeenCalledWith({ reference: 'CD-1', reason: 'Llegó tarde' });
  });
});

describe('issuing with several possible cards', () => {
  const cards: NewCard[] = [
    { cardId: '900', lastFour: '1234', issuedAt: null },
    { cardId: '901', lastFour: '', issuedAt: null },
  ];

  it('is settled only once it was said which card it is, or that it can not be told', async () => {
    const issue = operation('CD-3', { kind: 'issue', state: 'unknown', amount: null });
    vi.mocked(backend.settleOperation).mockResolvedValue(issue);
    mounted = mount(SettleForm, {
      target: document.body,
      props: { operation: issue, outcome: 'applied', cards, onsettled: vi.fn(), onoutdated: vi.fn(), onclose: vi.fn() },
    });
    flushSync();
    click('#settle-submit');
    expect(backend.settleOperation).not.toHaveBeenCalled();
    expect(document.getElementById('settle-card-missing')).not.toBeNull();
    click('input[value="901"]');
    click('#settle-submit');
    await vi.waitFor(() => expect(backend.settleOperation).toHaveBeenCalled());
    expect(vi.mocked(backend.settleOperation).mock.calls[0]?.[0].cardId).toBe('901');
  });
});
