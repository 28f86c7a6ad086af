// A replacement's panel beside the card: what a step did shows in the list of cardholders too, and reads as one sentence.
import { mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import type { CardView, ReplacementView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { t } from '../src/lib/i18n/index.svelte';
import ReplaceForm from '../src/screens/replace/ReplaceForm.svelte';
import { STEPS_OF } from '../src/screens/replace/steps';

const refresh = vi.hoisted(() => vi.fn(() => Promise.resolve()));
vi.mock('../src/lib/backend', () => ({
  backend: {
    replacementOfCard: vi.fn(),
    continueReplacement: vi.fn(),
    packedInserts: vi.fn(() => Promise.resolve([])),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  sessionIsOpen: () => true,
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({ directory: { refresh } }));

const card = (cardId: string, lastFour: string) =>
  ({ cardId, lastFour, state: 'blocked' }) as ReplacementView['oldCard'];

/** A replacement whose next step is the one of this index. */
function view(next: number, detail: string | null = null): ReplacementView {
  return {
    number: 3,
    cardholderId: 'u1',
    oldCard: card('7', '4417'),
    newCard: card('8', '0932'),
    cause: 'lost',
    reason: 'Tarjeta perdida',
    begunAt: '2026-11-24T16:00:00Z',
    operator: 'lucia',
    standing: 'open',
    steps: STEPS_OF.lost.map((step, index) => ({
      step,
      standing: index < next ? 'done' : index === next ? 'next' : 'ahead',
      outcome: index < next && step === 'inserts' ? 'inserts_voided' : null,
      at: null,
      operator: null,
      reference: null,
      detail: step === 'inserts' ? detail : null,
    })),
    waits: null,
    attempt: null,
    balance: null,
    candidates: [],
    stopped: null,
  };
}

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  refresh.mockClear();
});

/** The panel of this replacement, beside a card whose note says that it waits for this. */
function shown(of: ReplacementView, noted: ReplacementView['waits']): { onrefused: ReturnType<typeof vi.fn> } {
  vi.mocked(backend.replacementOfCard).mockResolvedValue(of);
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  const onrefused = vi.fn();
  const beside = { card: of.oldCard, replacements: [{ number: of.number, waits: noted }] } as unknown as CardView;
  mounted = mount(ReplaceForm, {
    target,
    props: { card: beside, form: 'replace', onchanged: vi.fn(), onrefused },
  });
  return { onrefused };
}

it('a step that was done is followed by the card and by the list of cardholders', async () => {
  vi.mocked(backend.continueReplacement).mockResolvedValue(view(3, '0001-001'));
  const { onrefused } = shown(view(2), null);
  await vi.waitFor(() => expect(document.getElementById('replace-next')?.dataset.step).toBe('inserts'));
  expect(refresh).not.toHaveBeenCalled();

  document.getElementById('replace-next')?.click();
  await vi.waitFor(() => expect(document.getElementById('replace-next')?.dataset.step).toBe('balance'));
  expect([onrefused.mock.calls.length, refresh.mock.calls.length]).toEqual([1, 1]);
  const step = document.querySelector('#replace-steps [data-step=inserts]');
  expect(step?.textContent).toContain('Anulado: 0001-001; el nuevo quedó por imprimir');
});

it('what is found out as it is opened is followed by the card, whose note was older', async () => {
  const { onrefused } = shown(view(3), 'activation');
  await vi.waitFor(() => expect(document.getElementById('replace-next')).not.toBeNull());
  expect([onrefused.mock.calls.length, refresh.mock.calls.length]).toEqual([1, 1]);
});

it('one that is finished says that the new card has no PIN yet', async () => {
  shown({ ...view(4), standing: 'finished' }, null);
  await vi.waitFor(() => expect(document.getElementById('replace-finished')?.textContent).toMatch(/0932.*PIN/s));
});

it('has its next step in the palette, which leads to the button and does nothing itself', async () => {
  vi.mocked(backend.continueReplacement).mockClear();
  shown(view(2), null);
  await vi.waitFor(() => expect(document.getElementById('replace-next')).not.toBeNull());
  const found = (id: string) => currentActions().find((action) => action.id === id);
  const step = found('replace-next');
  expect(t(step?.title ?? 'action.close', step?.parameters)).toContain('Reposición, paso siguiente: ');
  step?.run();
  expect(document.activeElement?.id).toBe('replace-next');
  expect(backend.continueReplacement).not.toHaveBeenCalled();
  found('replace-stop')?.run();
  await vi.waitFor(() => expect(document.getElementById('replace-next')).toBeNull());
  expect(found('replace-next')).toBeUndefined();
});
