// An outcome that comes by itself shows in the rail and at the lower edge, whatever screen is on.
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followOpenOutcomes, OUTCOMES_EVERY_MS } from '../src/lib/app/open-outcomes.svelte';
import { work } from '../src/lib/app/work.svelte';
import { backend } from '../src/lib/backend';
import { sayOutcome } from '../src/screens/card/outcome-words';
import { operationView } from './records';

vi.mock('../src/lib/backend', () => ({ backend: { attention: vi.fn(), lookAgain: vi.fn() } }));
const state = vi.hoisted(() => ({ needsAttention: 0, refreshed: 0 }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ counts: state }),
  refreshSession: () => Promise.resolve(void (state.refreshed += 1)),
}));

let end: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(state, { needsAttention: 0, refreshed: 0 });
  end = $effect.root(followOpenOutcomes);
  flushSync();
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

async function pass(): Promise<void> {
  await vi.advanceTimersByTimeAsync(OUTCOMES_EVERY_MS + 10);
  flushSync();
}
const unknown = operationView('CD-1', { state: 'unknown', canLookAgain: true });

it('what is said of an operation follows its outcome, and the figures with it', async () => {
  vi.mocked(backend.attention).mockResolvedValue({ rows: [{ operation: unknown }] } as never);
  sayOutcome(unknown, '4417');
  flushSync();
  await pass();
  expect(backend.lookAgain).not.toHaveBeenCalled();
  expect(work.ended?.good).toBe(false);
  vi.mocked(backend.attention).mockResolvedValue({ rows: [] } as never);
  vi.mocked(backend.lookAgain).mockResolvedValue(operationView('CD-1', { state: 'settled_applied' }));
  await pass();
  expect(work.ended?.good).toBe(true);
  expect(work.ended?.text()).not.toContain('Sin resultado');
  const asked = vi.mocked(backend.attention).mock.calls.length;
  const refreshed = state.refreshed;
  expect(refreshed).toBeGreaterThan(0);
  await pass();
  expect([vi.mocked(backend.attention).mock.calls.length, state.refreshed]).toEqual([asked, refreshed]);
});
