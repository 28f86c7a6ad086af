// The form that begins a batch by keyboard: Enter goes on to the next field and moves no money, Ctrl+Enter begins.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type BatchCheck } from '../src/lib/backend';
import BatchDecisionForm from '../src/screens/funds/BatchDecisionForm.svelte';
import { batches } from '../src/screens/funds/batch.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { readBatch: vi.fn(), startBatch: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  sessionIsOpen: () => false,
  refreshSession: () => Promise.resolve(),
}));

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
  cardsSeenAt: null,
  earlier: [],
  totalAgain: { operation: 'load', currency: 'GTQ', limit: '5000.00' },
} as unknown as BatchCheck;

let mounted: ReturnType<typeof mount> | undefined;

beforeEach(async () => {
  vi.mocked(backend.readBatch).mockResolvedValue(check);
  await batches.read(() => Promise.resolve({ from: 'pasted', text: 'x' }));
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(BatchDecisionForm, { target: document.getElementById('here') as HTMLElement, props: { check } });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  batches.leaveCheck();
});

const control = (id: string) => document.getElementById(id) as HTMLElement;

/** Whether the browser would go on and submit the form, as Enter in a field does. */
function enter(from: string): boolean {
  control(from).focus();
  const pressed = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
  return control(from).dispatchEvent(pressed);
}

describe('the form that begins a batch', () => {
  it('goes on by Enter from each field to the next, and to the button at last', () => {
    expect(enter('batch-style-point_thousands')).toBe(false);
    expect(document.activeElement?.id).toBe('batch-total-again');
    (control('batch-total-again') as HTMLInputElement).value = '7';
    expect(enter('batch-total-again')).toBe(false);
    expect(document.activeElement?.id).toBe('batch-start');
    expect(backend.startBatch).not.toHaveBeenCalled();
  });

  it('leaves Enter on its button to the button', () => {
    expect(enter('batch-start')).toBe(true);
  });

  it('keeps what it comes to with its button, which stays in sight below whatever has to be mended', () => {
    const totals = document.getElementById('batch-totals');
    expect(totals?.closest('.send')).toBe(document.getElementById('batch-start')?.closest('.send'));
    expect(totals?.closest('.send')).not.toBeNull();
  });
});
