// Whose money it is: named at the form and with its outcome, since the last four alone do not tell a right card from a wrong one.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type CardView, type FundsAction, type FundsDraft } from '../src/lib/backend';
import FollowUpForm from '../src/screens/card/FollowUpForm.svelte';
import { Followed } from '../src/screens/card/follow-up.svelte';
import FundsForm from '../src/screens/card/FundsForm.svelte';
import { operationView } from './records';

vi.mock('../src/lib/backend', () => ({
  backend: { draftFunds: vi.fn(), submitFunds: vi.fn(), discardFunds: vi.fn(), draftFollowUp: vi.fn() },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));

const card = {
  card: { cardId: '1', lastFour: '4417', alias: 'Viáticos', currency: 'GTQ' },
  cardholderDisplayName: 'Ramírez, Ana',
  actions: [],
} as unknown as CardView;
const other = {
  cardId: '2',
  lastFour: '0998',
  cardholderDisplayName: 'Calel, Tomás',
  alias: null,
  balance: null,
  endingBalance: null,
};
const draftOf = (kind: FundsAction) =>
  ({
    reference: 'CD-7F3K-92QM',
    cardId: '1',
    lastFour: '4417',
    cardholderDisplayName: 'Ramírez, Ana',
    alias: 'Viáticos',
    kind,
    amount: '50.00',
    currency: 'GTQ',
    balance: null,
    endingBalance: null,
    otherSide: kind === 'transfer' ? other : null,
    lookAlikes: [],
    problems: [],
    needsAmountAgain: false,
    confirmationLimit: '5000.00',
  }) as unknown as FundsDraft;

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  document.body.innerHTML = '<div id="here"></div>';
  vi.mocked(backend.discardFunds).mockResolvedValue(null);
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

const plain = (element: Element | null) => element?.textContent?.replace(/\s+/g, ' ').trim();
const target = () => document.getElementById('here') as HTMLElement;

async function opened(kind: FundsAction, draft = draftOf(kind)): Promise<void> {
  vi.mocked(backend.draftFunds).mockResolvedValue(draft);
  mounted = mount(FundsForm, {
    target: target(),
    props: { card, kind, onoutcome: () => undefined, onspent: () => undefined, onagain: () => undefined },
  });
  flushSync();
  await tick();
}

async function sent(kind: FundsAction): Promise<void> {
  await opened(kind);
  vi.mocked(backend.submitFunds).mockResolvedValue(operationView('CD-7F3K-92QM', { kind }));
  const amount = document.getElementById('funds-amount') as HTMLInputElement;
  amount.value = '50';
  amount.dispatchEvent(new Event('input', { bubbles: true }));
  amount.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
  await vi.waitFor(() => expect(document.getElementById('outcome')).not.toBeNull());
}

describe('a money form', () => {
  it.each([
    ['load', 'Para'],
    ['adjustment_load', 'Para'],
    ['withdrawal', 'De'],
    ['adjustment_withdrawal', 'De'],
  ] as const)(
    'of a %s names holder, alias and last four above the amount, and with the outcome',
    async (kind, word) => {
      await sent(kind);
      expect(plain(document.querySelector('#outcome .party'))).toBe(`${word} Ramírez, Ana Viáticos •••• 4417`);
      if (mounted) await unmount(mounted);
      await opened(kind);
      expect(plain(document.getElementById('funds-whose'))).toBe(`${word} Ramírez, Ana Viáticos •••• 4417`);
    },
  );

  it('of a transfer names both with the outcome, and beside its button', async () => {
    await sent('transfer');
    expect([...document.querySelectorAll('#outcome .party')].map(plain)).toEqual([
      'De Ramírez, Ana Viáticos •••• 4417',
      'Para Calel, Tomás •••• 0998',
    ]);
    if (mounted) await unmount(mounted);
    await opened('transfer');
    expect(document.getElementById('funds-whose')).toBeNull();
    expect(document.querySelector('#funds-sides b.holder')?.textContent).toBe('Ramírez, Ana');
  });

  it('that takes an operation back names whom it is about as its draft does, and looks nothing up', async () => {
    vi.mocked(backend.draftFollowUp).mockResolvedValue({
      reference: 'CD-1',
      kind: 'corrects',
      older: operationView('CD-0'),
      funds: draftOf('withdrawal'),
    });
    mounted = mount(FollowUpForm, {
      target: target(),
      props: {
        followed: new Followed(operationView('CD-0'), 'corrects'),
        onoutcome: () => undefined,
        onspent: () => undefined,
        onclose: () => undefined,
      },
    });
    await vi.waitFor(() =>
      expect(plain(document.getElementById('follow-up-whose'))).toBe('De Ramírez, Ana Viáticos •••• 4417'),
    );
  });
});

describe('the balance that a money form reckons from', () => {
  const seenAt = '2026-11-24T16:32:00Z';
  const known = (kind: FundsAction) => ({ ...draftOf(kind), balance: '100.00', balanceFetchedAt: seenAt });

  it('has its age beside it', async () => {
    await opened('load', known('load'));
    await vi.waitFor(() =>
      expect(plain(document.querySelector('dl.sum dt'))).toBe('Saldo ahora visto el 24 nov 10:32'),
    );
  });

  it('has it also where an operation is taken back', async () => {
    vi.mocked(backend.draftFollowUp).mockResolvedValue({
      reference: 'CD-1',
      kind: 'corrects',
      older: operationView('CD-0'),
      funds: known('withdrawal'),
    });
    mounted = mount(FollowUpForm, {
      target: target(),
      props: {
        followed: new Followed(operationView('CD-0'), 'corrects'),
        onoutcome: () => undefined,
        onspent: () => undefined,
        onclose: () => undefined,
      },
    });
    await vi.waitFor(() => expect(plain(document.querySelector('[data-seen]'))).toBe('visto el 24 nov 10:32'));
  });
});
