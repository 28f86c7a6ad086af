// Both cards of a transfer before it is sent, and a month's transfers among its movements.
import { mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { CardView, FundsDraft, MovementRow } from '../src/lib/backend';
import { filteredMovements, sums } from '../src/screens/card/movements-filter';
import TransferSides from '../src/screens/card/TransferSides.svelte';

const card = {
  card: { lastFour: '4417', alias: 'Viáticos', currency: 'GTQ' },
  cardholderDisplayName: 'Ramírez, Ana',
} as unknown as CardView;
const draft = {
  currency: 'GTQ',
  amount: '250.00',
  balance: '1842.50',
  balanceFetchedAt: '2026-11-24T16:32:00Z',
  endingBalance: '1592.50',
  otherSide: {
    cardId: '8',
    lastFour: '0932',
    alias: 'Bodega',
    cardholderDisplayName: 'Choc, Byron',
    balance: '100.00',
    balanceFetchedAt: '2026-11-23T09:15:00Z',
    endingBalance: '350.00',
  },
} as unknown as FundsDraft;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function sides(shown: FundsDraft | undefined): string[] {
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(TransferSides, {
    target: document.getElementById('here') as HTMLElement,
    props: { card, draft: shown },
  });
  return [...document.querySelectorAll('section')].map((side) => (side.textContent ?? '').replace(/\s+/g, ' '));
}

describe('a transfer that is about to be sent', () => {
  it('shows of both cards whose they are, what they are called, and what they have and will have', () => {
    const [pays = '', receives = ''] = sides(draft);
    for (const part of ['Ramírez, Ana', '4417', 'Viáticos', '1,842.50', '250.00', '1,592.50'])
      expect(pays).toContain(part);
    for (const part of ['Choc, Byron', '0932', 'Bodega', '100.00', '250.00', '350.00'])
      expect(receives).toContain(part);
  });

  it('says when the balance was seen that it is reckoned from, where that is known', () => {
    const [pays = '', receives = ''] = sides(draft);
    expect(pays).toContain('Saldo ahora visto el 24 nov 10:32 1,842.50');
    expect(receives).toContain('Saldo ahora visto el 23 nov 03:15 100.00');
    expect(sides({ ...draft, balanceFetchedAt: null })[0]).not.toContain('visto');
  });

  it('has a line for each figure, with what it is', () => {
    sides(draft);
    const lines = [...document.querySelectorAll('section:first-of-type dl > div')].map((line) =>
      [...line.children].map((part) => part.textContent?.replace(/\s+/g, ' ').trim()),
    );
    expect(lines).toEqual([
      ['Saldo ahora visto el 24 nov 10:32', '1,842.50'],
      ['Se retira', '− 250.00'],
      ['Quedará en', 'Q 1,592.50'],
    ]);
  });

  it('shows the card that pays before the other is chosen', () => {
    expect(sides(undefined)).toHaveLength(1);
  });
});

describe('a month’s transfers', () => {
  it('are told from its other movements, with what came in and went out', () => {
    const row = (kind: MovementRow['kind'], amount: string): MovementRow => ({
      movementId: kind,
      at: '2026-11-24T16:00:00Z',
      kind,
      kindWord: kind,
      description: null,
      reference: null,
      isOurs: false,
      direction: amount.startsWith('-') ? 'out' : 'in',
      currency: 'GTQ',
      amount,
      balance: null,
      isBalanceComputed: false,
    });
    const rows = [
      row('load', '10.00'),
      row('transfer_in', '30.00'),
      row('transfer_out', '-7.50'),
      row('payment', '-1.00'),
    ];
    const transfers = filteredMovements(rows, { text: '', choice: 'transfers' });
    expect(transfers.map(({ kind }) => kind)).toEqual(['transfer_in', 'transfer_out']);
    expect(sums(transfers, 'GTQ')).toEqual({ credits: '30.0000', debits: '7.5000' });
    expect(filteredMovements(rows, { text: '', choice: 'transfer_out' })).toHaveLength(1);
  });
});
