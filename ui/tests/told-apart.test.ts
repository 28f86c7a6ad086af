// What may be the operation itself is told apart from it before anybody can say that it was not applied.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type AttentionRow, type AttentionView, type SimilarMovement } from '../src/lib/backend';
import Attention from '../src/screens/attention/Attention.svelte';
import { errorOf, operationView } from './records';

vi.mock('../src/lib/backend', () => ({
  backend: { attention: vi.fn(), lookAgain: vi.fn(), settleOperation: vi.fn() },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  refreshSession: () => Promise.resolve(),
}));
const settle = vi.mocked(backend.settleOperation);

const movement = (movementId: string, change: Partial<SimilarMovement> = {}): SimilarMovement => ({
  movementId,
  at: '2026-11-24T16:01:00Z',
  amount: '10.00',
  description: 'Ajuste',
  reference: null,
  mayBeIt: true,
  ...change,
});
const ofAnother = movement('m-77', { reference: 'CD-5T1A-03ZX', mayBeIt: false });

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.clearAllMocks();
  settle.mockResolvedValue(operationView('CD-1', { state: 'settled_not_applied' }));
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function shows(...similar: SimilarMovement[]): void {
  const row = {
    operation: operationView('CD-1', { state: 'unknown', canLookAgain: true }),
    card: null,
    toCard: null,
    cardholderDisplayName: 'Ramírez, Ana',
    cardsBefore: [],
    looks: 3,
    lastLook: { at: '2026-11-24T18:00:00Z', found: 'nothing' },
    shownAt: '2026-11-24T18:00:00Z',
    similar,
    newCards: [],
    nextLookAt: null,
    isUnderway: false,
    certainFrom: '2026-11-24T17:00:00Z',
    offersNotApplied: true,
    withheld: null,
  } as unknown as AttentionRow;
  vi.mocked(backend.attention).mockResolvedValue({
    rows: [row],
    contradictions: [],
    replacements: [],
    settlingTimeMinutes: 2,
  } as AttentionView);
}

async function open(): Promise<void> {
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(Attention, { target: document.getElementById('here') as HTMLElement });
  await vi.waitFor(() => {
    flushSync();
    expect(document.getElementById('attention-CD-1')).not.toBeNull();
  });
}

const text = () => document.body.textContent ?? '';
const click = (selector: string) => {
  document.querySelector<HTMLElement>(selector)?.click();
  flushSync();
};
const box = () => document.getElementById('settle-none-of') as HTMLInputElement | null;
const saidWhy = () => {
  const reason = document.getElementById('settle-reason') as HTMLInputElement;
  reason.value = 'El emisor dice que no';
  reason.dispatchEvent(new Event('input', { bubbles: true }));
};
const listed = (within: string) =>
  [...document.querySelectorAll<HTMLElement>(`${within} li[data-movement]`)].map(({ dataset }) => dataset.movement);

describe('a movement alike that names no operation', () => {
  it('takes the words of certainty away, and is marked among the others', async () => {
    shows(movement('m-78'), ofAnother);
    await open();
    expect(text()).not.toContain('La pasarela lo mostró todo y no está.');
    expect(document.getElementById('certain-CD-1')?.textContent).toContain('puede ser esta operación');
    expect(document.getElementById('certain-CD-1')?.textContent).not.toContain('no aparece');
    const marked = [...document.querySelectorAll<HTMLElement>('li[data-movement]')].filter(({ textContent }) =>
      textContent.includes('Puede ser esta'),
    );
    expect(marked.map(({ dataset }) => dataset.movement)).toEqual(['m-78']);
  });

  it('leaves them where every movement names its own operation', async () => {
    shows(ofAnother);
    await open();
    expect(text()).toContain('La pasarela lo mostró todo y no está.');
    expect(document.getElementById('certain-CD-1')?.textContent).toContain('no aparece');
    click('[data-action="not-applied"]');
    expect(box()).toBeNull();
    saidWhy();
    click('#settle-submit');
    await vi.waitFor(() => expect(settle).toHaveBeenCalled());
    expect(settle.mock.calls[0]?.[0].noneOf).toEqual([]);
  });

  it('has to be said not to be it before anything is sent, and is sent with that', async () => {
    shows(movement('m-78'), ofAnother, movement('m-79'));
    await open();
    click('[data-action="not-applied"]');
    expect(listed('#settle-form')).toEqual(['m-78', 'm-79']);
    saidWhy();
    click('#settle-submit');
    expect(settle).not.toHaveBeenCalled();
    expect(box()?.getAttribute('aria-describedby')).toBe('settle-none-of-missing');
    expect(document.getElementById('settle-none-of-missing')).not.toBeNull();
    expect(document.activeElement).toBe(box());
    click('#settle-none-of');
    expect(document.getElementById('settle-none-of-missing')).toBeNull();
    click('#settle-submit');
    await vi.waitFor(() => expect(settle).toHaveBeenCalled());
    expect(settle.mock.calls[0]?.[0].noneOf).toEqual(['m-78', 'm-79']);
  });

  it('that is shown only now is listed with the refusal, and the tick is taken away', async () => {
    shows(movement('m-78'));
    await open();
    click('[data-action="not-applied"]');
    click('#settle-none-of');
    saidWhy();
    settle.mockRejectedValueOnce(errorOf('may_be_shown', 'CD-1'));
    shows(movement('m-78'), movement('m-79'));
    click('#settle-submit');
    await vi.waitFor(() => {
      flushSync();
      expect(listed('#settle-form')).toEqual(['m-78', 'm-79']);
    });
    expect(document.getElementById('settle-failure')).not.toBeNull();
    expect(box()?.checked).toBe(false);
    click('#settle-submit');
    expect(settle).toHaveBeenCalledTimes(1);
  });

  it('that comes by itself takes the tick away too: nobody has said it of that one', async () => {
    vi.useFakeTimers();
    try {
      shows(movement('m-78'));
      await open();
      click('[data-action="not-applied"]');
      click('#settle-none-of');
      expect(box()?.checked).toBe(true);
      shows(movement('m-78'), movement('m-79'));
      await vi.advanceTimersByTimeAsync(5_000);
      flushSync();
      await tick();
      expect(listed('#settle-form')).toEqual(['m-78', 'm-79']);
      expect(box()?.checked).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks nothing of whoever says that it was applied', async () => {
    shows(movement('m-78'));
    await open();
    click('[data-action="applied"]');
    expect(box()).toBeNull();
    saidWhy();
    click('#settle-submit');
    await vi.waitFor(() => expect(settle).toHaveBeenCalled());
    expect(settle.mock.calls[0]?.[0]).toMatchObject({ outcome: 'applied', noneOf: [] });
  });
});
