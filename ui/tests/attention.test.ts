// The screen of what needs a person promises that nothing vanishes from it before it was seen how it ended.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttentionRow, OperationView, TransferSide } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { work } from '../src/lib/app/work.svelte';
import { setLanguage, t } from '../src/lib/i18n/index.svelte';
import { Attention } from '../src/screens/attention/attention.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { attention: vi.fn(), lookAgain: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({ refreshSession: vi.fn(() => Promise.resolve()) }));
const ask = vi.mocked(backend.attention);
const lookAgain = vi.mocked(backend.lookAgain);

function operation(reference: string, change: Partial<OperationView> = {}): OperationView {
  return { reference, state: 'unknown', canLookAgain: true, ...change } as OperationView;
}
function shows(...references: string[]): void {
  const rows = references.map((reference) => ({ operation: operation(reference) }) as AttentionRow);
  ask.mockResolvedValue({ rows, contradictions: [], replacements: [], settlingTimeMinutes: 2 });
}
const found = (reference: string) => operation(reference, { state: 'settled_applied', canLookAgain: false });

beforeEach(() => {
  ask.mockReset();
  lookAgain.mockReset();
});

describe('what needs attention', () => {
  it('keeps showing how it ended when the desk found it by itself', async () => {
    const attention = new Attention();
    shows('A', 'B');
    await attention.load();
    shows('B');
    lookAgain.mockResolvedValue(found('A'));
    await attention.load();
    await attention.load();
    expect(attention.settled.map(({ reference }) => reference)).toEqual(['A']);
    expect(lookAgain).toHaveBeenCalledTimes(1);
    attention.dismiss('A');
    expect(attention.settled).toEqual([]);
  });

  it('shows what a person settled once, and asks for no look at it', async () => {
    const attention = new Attention();
    shows('A');
    await attention.load();
    shows();
    await attention.changed(operation('A', { state: 'settled_not_applied', canLookAgain: false, canMakeAgain: true }));
    expect(attention.settled.map(({ state }) => state)).toEqual(['settled_not_applied']);
    expect(lookAgain).not.toHaveBeenCalled();
  });

  it('tells why a look failed, at the operation, until one goes well', async () => {
    const attention = new Attention();
    shows('A');
    await attention.load();
    lookAgain.mockRejectedValueOnce(new Error('no network'));
    await attention.look('A');
    expect(attention.failures.A?.code).toBe('internal');
    lookAgain.mockResolvedValue(operation('A'));
    await attention.look('A');
    expect(attention.failures.A).toBeUndefined();
    expect(attention.settled).toEqual([]);
  });

  const side = (lastFour: string, cardholderDisplayName: string): TransferSide => ({
    cardId: lastFour,
    known: { cardholderId: lastFour, cardholderDisplayName, lastFour, alias: null },
  });
  const settled = (change: Partial<OperationView>) =>
    operation('CD-1', {
      kind: 'load',
      state: 'settled_not_applied',
      canLookAgain: false,
      amount: '75.00',
      currency: 'GTQ',
      cardId: '7',
      movementId: null,
      sides: null,
      ...change,
    });

  it.each<[string, Partial<OperationView>, Partial<AttentionRow>, string]>([
    ['a load', {}, {}, 'Carga · Q 75.00 · Caal Xol, Nohemí •••• 5034 · CD-1'],
    [
      'a transfer',
      { kind: 'transfer', sides: { from: side('5034', 'Caal Xol, Nohemí'), to: side('8445', 'Choc Caal, Luis') } },
      {},
      'Transferencia · Q 75.00 · Caal Xol, Nohemí •••• 5034 → Choc Caal, Luis •••• 8445 · CD-1',
    ],
    [
      'a transfer to a card that only its row knows',
      { kind: 'transfer', sides: { from: { cardId: '7', known: null }, to: { cardId: '8', known: null } } },
      { toCard: { lastFour: '8445' } as AttentionRow['toCard'] },
      'Transferencia · Q 75.00 · Caal Xol, Nohemí •••• 5034 → •••• 8445 · CD-1',
    ],
    [
      'a card that was issued',
      { kind: 'issue', amount: null, cardId: null, movementId: '901' },
      { card: null, newCards: [{ cardId: '901', lastFour: '1629', issuedAt: null }] },
      'Emisión de tarjeta · Caal Xol, Nohemí •••• 1629 · CD-1',
    ],
  ])('names whose %s is that was settled, there and at the lower edge', async (_, change, more, facts) => {
    const attention = new Attention();
    shows('CD-1');
    const row = {
      operation: operation('CD-1'),
      cardholderDisplayName: 'Caal Xol, Nohemí',
      card: { lastFour: '5034' },
      toCard: null,
      newCards: [],
      ...more,
    } as unknown as AttentionRow;
    ask.mockResolvedValueOnce({ rows: [row], contradictions: [], replacements: [], settlingTimeMinutes: 2 });
    await attention.load();
    shows();
    work.say(() => 'Antes');
    const outcome = settled(change);
    await attention.changed(outcome);
    const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');
    expect(plain(attention.factsOf(outcome))).toBe(facts);
    expect([plain(work.ended?.text()), work.ended?.good]).toEqual([`Aclarada: no se aplicó: ${facts}`, false]);
  });
});

it('tells a look that is still to come as one, in both languages', async () => {
  expect(t('attention.next', { time: '14:22' })).toBe('Se vuelve a buscar a las 14:22');
  await setLanguage('en');
  expect(t('attention.next', { time: '14:22' })).toBe('Next look at 14:22');
  await setLanguage('es');
});
