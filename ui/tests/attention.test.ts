// The screen of what needs a person promises that nothing vanishes from it before it was seen how it ended.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttentionRow, OperationView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
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
});
