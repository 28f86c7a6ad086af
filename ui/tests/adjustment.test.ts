// The form of an adjustment: its other direction is the same form, with all that was typed in it.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type ActionOffer, type CardView, type FundsDraft, type FundsDraftRequest } from '../src/lib/backend';
import CardSide from '../src/screens/card/CardSide.svelte';
import { operationView } from './records';

vi.mock('../src/lib/backend', () => ({
  backend: { draftFunds: vi.fn(), submitFunds: vi.fn(), discardFunds: vi.fn() },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({
    profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' },
    settings: { lists: {} },
  }),
}));

const card = {
  card: { cardId: '7', cardholderId: 'u1', lastFour: '4417', state: 'active', alias: null, currency: 'GTQ' },
  actions: [],
  openOperations: [],
  replacements: [],
} as unknown as CardView;

const read = ({ kind, amountTyped }: FundsDraftRequest) =>
  ({
    reference: `CD-${kind}`,
    kind,
    amount: amountTyped === '' ? null : amountTyped,
    currency: 'GTQ',
    balance: '100.00',
    endingBalance: kind === 'adjustment_load' ? '140.00' : '60.00',
    otherSide: null,
    lookAlikes: [],
    problems: [],
    needsAmountAgain: false,
    confirmationLimit: '5000.00',
  }) as unknown as FundsDraft;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  navigation.showNothing();
  vi.clearAllMocks();
});

const field = (id: string) => document.getElementById(id) as HTMLInputElement;

function type(id: string, text: string, event = 'input'): void {
  field(id).value = text;
  field(id).dispatchEvent(new Event(event, { bubbles: true }));
  flushSync();
}

function shown(actions: Array<Partial<ActionOffer>> = []): void {
  vi.mocked(backend.draftFunds).mockImplementation((request) => Promise.resolve(read(request)));
  vi.mocked(backend.discardFunds).mockResolvedValue(null);
  navigation.openCard('u1', '7');
  navigation.openCardForm('adjustment_load');
  document.body.innerHTML = '<div id="here"></div>';
  const nothing = () => undefined;
  mounted = mount(CardSide, {
    target: document.getElementById('here') as HTMLElement,
    props: {
      card: { ...card, actions } as CardView,
      operations: [],
      onchanged: nothing,
      onrefused: nothing,
      onmoved: nothing,
    },
  });
  flushSync();
}

it('keeps what was typed when its direction is changed, and only reads it anew', async () => {
  shown();
  type('funds-amount', '40');
  type('funds-note', 'Cargo doble');
  await vi.waitFor(() => expect(document.getElementById('funds-ending')?.textContent).toContain('140.00'));
  field('funds-direction').focus();
  type('funds-direction', 'adjustment_withdrawal', 'change');
  await vi.waitFor(() => expect(document.getElementById('funds-ending')?.textContent).toContain('60.00'));
  expect([field('funds-amount').value, field('funds-note').value]).toEqual(['40', 'Cargo doble']);
  expect(document.activeElement?.id).toBe('funds-direction');
  expect(document.getElementById('funds-reference')?.textContent).toBe('CD-adjustment_withdrawal');
});

it('begins anew in the other direction once it has an outcome', async () => {
  vi.mocked(backend.submitFunds).mockResolvedValue(operationView('CD-adjustment_load', { kind: 'adjustment_load' }));
  shown();
  type('funds-amount', '40');
  field('funds-amount').form?.requestSubmit();
  await vi.waitFor(() => expect(document.getElementById('funds-done')).not.toBeNull());
  navigation.openCardForm('adjustment_withdrawal');
  flushSync();
  expect(field('funds-amount').value).toBe('');
  expect(field('funds-direction').value).toBe('adjustment_withdrawal');
});

it('has the way that the company has no permission for closed, with the reason beside it', () => {
  shown([
    { action: 'adjustment_load', notOffered: null, permission: null },
    { action: 'adjustment_withdrawal', notOffered: 'permission_missing', permission: 'withdrawFunds' },
  ]);
  const options = [...document.querySelectorAll<HTMLOptionElement>('#funds-direction option')];
  expect(options.map(({ value, disabled }) => [value, disabled])).toEqual([
    ['adjustment_load', false],
    ['adjustment_withdrawal', true],
  ]);
  expect(document.getElementById('funds-direction')?.closest('form')?.textContent).toContain('withdrawFunds');
});
