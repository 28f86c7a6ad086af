// What both cards have after a transfer: the gateway's word once it was made, and never a sum of the desk's own.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { backend, type CardView, type OperationState } from '../src/lib/backend';
import MoneyForm, { type Sending } from '../src/screens/card/MoneyForm.svelte';
import { operationView } from './records';

vi.mock('../src/lib/backend', () => ({ backend: { card: vi.fn(), attention: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));

const cardView = (lastFour: string, balance: string, isStale = false) =>
  ({ card: { lastFour, balance, currency: 'GTQ' }, freshness: { isStale } }) as unknown as CardView;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  vi.mocked(backend.card).mockReset();
});

function ended(state: OperationState, kind: 'transfer' | 'load' = 'transfer'): void {
  const outcome = operationView('CD-7F3K-92QM', { kind, state, cardId: '1', toCardId: kind === 'load' ? null : '2' });
  const form = { attempt: 0, sending: false, waits: false, failure: undefined, outcome } as unknown as Sending;
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(MoneyForm, {
    target: document.getElementById('here') as HTMLElement,
    props: {
      id: 'funds',
      title: '',
      form: { ...form, summary: () => [], close: () => Promise.resolve(), submit: () => Promise.resolve() },
      button: '',
      lastFour: '4417',
      parties: [],
      onoutcome: vi.fn(),
      onspent: vi.fn(),
      onsee: vi.fn(),
      onclose: vi.fn(),
      children: (() => undefined) as never,
    },
  });
  flushSync();
}

const told = () =>
  [...document.querySelectorAll('#transfer-balances :is(dt, dd)')].map((each) =>
    each.textContent.replaceAll('\u00a0', ' '),
  );
const answer = (other: CardView) =>
  vi
    .mocked(backend.card)
    .mockImplementation((cardId) => Promise.resolve(cardId === '1' ? cardView('4417', '1592.50') : other));

it.each(['applied', 'settled_applied'] as const)('of one that was %s are read and shown', async (state) => {
  answer(cardView('0998', '350.00'));
  ended(state);
  await vi.waitFor(() =>
    expect(told()).toEqual(['Saldo de •••• 4417', 'Q 1,592.50', 'Saldo de •••• 0998', 'Q 350.00']),
  );
});

it('are not shown from a copy, or where a card could not be read', async () => {
  answer(cardView('0998', '100.00', true));
  ended('applied');
  await vi.waitFor(() => expect(told()).toEqual(['Saldo de •••• 4417', 'Q 1,592.50']));
  if (mounted) await unmount(mounted);
  vi.mocked(backend.card).mockRejectedValue(new Error('nobody answers'));
  ended('applied');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told()).toEqual([]);
});

it.each([
  ['unknown', 'transfer'],
  ['refused', 'transfer'],
  ['applied', 'load'],
] as const)('are not asked for where it is %s, a %s', (state, kind) => {
  ended(state, kind);
  expect(backend.card).not.toHaveBeenCalled();
});
