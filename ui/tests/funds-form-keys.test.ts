// The money form by keyboard: what sent it never also puts its outcome away, and one Enter finishes it.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { work } from '../src/lib/app/work.svelte';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type CardView, type FundsDraft, type OperationView } from '../src/lib/backend';
import FundsForm from '../src/screens/card/FundsForm.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { draftFunds: vi.fn(), submitFunds: vi.fn(), discardFunds: vi.fn(), lookAgain: vi.fn() },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));

const draft = {
  reference: 'CD-7F3K-92QM',
  cardId: '1',
  kind: 'load',
  amount: '50.00',
  currency: 'GTQ',
  balance: '0.00',
  endingBalance: '50.00',
  lookAlikes: [],
  problems: [],
  needsAmountAgain: false,
  confirmationLimit: '5000.00',
} as unknown as FundsDraft;
const card = { card: { cardId: '1', lastFour: '4417', currency: 'GTQ' }, actions: [] } as unknown as CardView;
const outcome = (state: OperationView['state']) =>
  ({
    reference: draft.reference,
    kind: 'load',
    state,
    amount: '50.00',
    currency: 'GTQ',
    changedAt: '2026-11-24T16:00:00Z',
    balanceAfter: null,
    gatewayCode: null,
    cause: null,
    detail: null,
    names: [],
    permission: null,
    namedBy: [],
    contradiction: null,
    doneInsteadBy: null,
    leftToBatch: null,
    canLookAgain: false,
  }) as unknown as OperationView;

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.mocked(backend.draftFunds).mockResolvedValue(draft);
  vi.mocked(backend.discardFunds).mockResolvedValue(null);
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  vi.restoreAllMocks();
});

/** A form that was sent and has this outcome. */
async function sent(state: OperationView['state']): Promise<void> {
  vi.mocked(backend.submitFunds).mockResolvedValue(outcome(state));
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  const props = {
    card,
    kind: 'load' as const,
    onoutcome: () => undefined,
    onspent: () => undefined,
    onagain: () => undefined,
  };
  mounted = mount(FundsForm, { target, props });
  flushSync();
  const input = document.querySelector('#funds-amount') as HTMLInputElement;
  input.value = '50';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  press(input, { ctrlKey: true });
  await vi.waitFor(() => expect(document.querySelector('#outcome')).not.toBeNull());
  await tick();
}

function press(target: Element | null, more: KeyboardEventInit = {}): void {
  target?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more }));
}

describe('a form with its outcome', () => {
  it('is finished by Enter', async () => {
    await sent('applied');
    const close = vi.spyOn(navigation, 'closeCardForm');
    press(document.activeElement);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('is not put away by the keys that sent it, pressed once more', async () => {
    await sent('applied');
    const close = vi.spyOn(navigation, 'closeCardForm');
    press(document.activeElement, { ctrlKey: true });
    expect(close).not.toHaveBeenCalled();
  });

  it('is not put away by the key that is still held down', async () => {
    await sent('applied');
    const close = vi.spyOn(navigation, 'closeCardForm');
    press(document.activeElement, { repeat: true, ctrlKey: true });
    expect(close).not.toHaveBeenCalled();
  });

  it('stays while the outcome is unknown', async () => {
    await sent('unknown');
    const close = vi.spyOn(navigation, 'closeCardForm');
    press(document.activeElement);
    expect(close).not.toHaveBeenCalled();
  });

  it('says at the lower edge what was done, where something older stood', async () => {
    work.say(() => 'Tarjeta •••• 0998: Activa');
    await sent('applied');
    expect(work.ended?.text().replace(/\s/g, ' ')).toBe('Carga aplicada: Q 50.00 · •••• 4417 · CD-7F3K-92QM');
    expect(work.ended?.good).toBe(true);
  });

  it('has what it comes to beside its button, whatever is scrolled', () => {
    for (const [kind, result] of [
      ['load', '#funds-ending'],
      ['transfer', '#funds-sides'],
    ] as const) {
      document.body.innerHTML = '<div id="here"></div>';
      const target = document.getElementById('here') as HTMLElement;
      const shown = mount(FundsForm, {
        target,
        props: { card, kind, onoutcome: () => undefined, onspent: () => undefined, onagain: () => undefined },
      });
      flushSync();
      const beside = document.querySelector('#funds-submit')?.parentElement;
      expect(beside?.querySelector(result)).not.toBeNull();
      void unmount(shown);
    }
  });
});

describe('the form of an adjustment', () => {
  it('begins with its direction, which is decided before the amount', async () => {
    document.body.innerHTML = '<div id="here"></div>';
    const target = document.getElementById('here') as HTMLElement;
    const props = {
      card,
      kind: 'adjustment_load' as const,
      onoutcome: () => undefined,
      onspent: () => undefined,
      onagain: () => undefined,
    };
    mounted = mount(FundsForm, { target, props });
    flushSync();
    await tick();
    expect(document.activeElement?.id).toBe('funds-direction');
  });
});

describe('a field that has to be filled in', () => {
  async function opened(given: FundsDraft): Promise<HTMLInputElement> {
    vi.mocked(backend.draftFunds).mockResolvedValue(given);
    document.body.innerHTML = '<div id="here"></div>';
    mounted = mount(FundsForm, {
      target: document.getElementById('here') as HTMLElement,
      props: {
        card,
        kind: 'load' as const,
        onoutcome: () => undefined,
        onspent: () => undefined,
        onagain: () => undefined,
      },
    });
    flushSync();
    await vi.waitFor(() => expect(document.querySelector('#funds-reference')?.textContent).not.toBe(''));
    return document.querySelector('#funds-amount') as HTMLInputElement;
  }

  it('keeps the focus at Enter while it is empty, and says what is missing until something is typed', async () => {
    const amount = await opened({ ...draft, amount: null });
    press(amount);
    flushSync();
    expect(document.activeElement).toBe(amount);
    expect(document.querySelector('#funds-amount-problem')?.textContent).toContain('Falta «Monto»');
    expect(amount.getAttribute('aria-invalid')).toBe('true');
    amount.value = '5';
    amount.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    expect(document.querySelector('#funds-amount-problem')).toBeNull();
  });

  it('leads to the one like it that is unconfirmed, in place of doing nothing', async () => {
    const shown = vi.spyOn(Element.prototype, 'scrollIntoView');
    vi.mocked(backend.submitFunds).mockClear();
    const alike = { reference: 'CD-0', draftedAt: '2026-11-24T16:00:00Z', operator: 'root' } as OperationView;
    const amount = await opened({ ...draft, lookAlikes: [alike] });
    const waits = document.querySelector('#funds-despite-waits');
    expect(shown.mock.contexts).toContain(waits);
    // It comes while the amount is typed, which keeps the focus.
    expect(document.activeElement).toBe(amount);
    amount.value = '50';
    amount.dispatchEvent(new Event('input', { bubbles: true }));
    press(amount, { ctrlKey: true });
    await vi.waitFor(() => expect(document.activeElement).toBe(waits));
    expect(waits?.hasAttribute('data-shows-focus')).toBe(true);
    expect(document.getElementById(waits?.getAttribute('aria-describedby') ?? '')?.textContent).toContain('CD-0');
    expect(backend.submitFunds).not.toHaveBeenCalled();
    const why = document.querySelector('#funds-submit')?.getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(why)?.textContent).toBe('Espera: hay una igual sin confirmar');
    // From the last field, the button is out of use.
    const note = document.querySelector('#funds-note') as HTMLInputElement;
    note.focus();
    press(note);
    expect(document.activeElement).toBe(waits);
  });
});
