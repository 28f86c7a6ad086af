// Whose card it is: named at the head of every form beside a card, since the last four alone do not tell a right card from a
// wrong one.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { CardForm } from '../src/lib/app/navigation.svelte';
import { backend, type CardView, type ReplacementView } from '../src/lib/backend';
import { CARD_ACTIONS, formComponent } from '../src/screens/card/card-actions';
import { STEPS_OF } from '../src/screens/replace/steps';

vi.mock('../src/lib/backend', () => ({
  backend: { replacementOfCard: vi.fn(), packedInserts: vi.fn(() => Promise.resolve([])) },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  sessionIsOpen: () => true,
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({ directory: { refresh: () => Promise.resolve() } }));

const summary = { cardId: '7', cardholderId: 'u1', lastFour: '4417', alias: 'Viáticos', state: 'active' };
const card = {
  card: { ...summary, issuedAt: null, currency: 'GTQ' },
  cardholderDisplayName: 'Ramírez, Ana',
  actions: [],
  replacements: [],
} as unknown as CardView;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function open(form: CardForm): void {
  document.body.innerHTML = '<div id="here"></div>';
  const Form = formComponent(form);
  if (!Form) throw new Error(`no form to ${form}`);
  mounted = mount(Form, {
    target: document.getElementById('here') as HTMLElement,
    props: { card, form, onchanged: vi.fn(), onrefused: vi.fn() },
  });
  flushSync();
}

const plain = (element: Element) => element.textContent.replace(/\s+/g, ' ').trim();
const told = () => [...document.querySelectorAll('.whose .party')].map(plain);

/** A replacement at its money. */
const replacement = (balance: ReplacementView['balance']) =>
  ({
    number: 3,
    cardholderId: 'u1',
    oldCard: summary,
    newCard: { ...summary, cardId: '8', lastFour: '0932', alias: null },
    cause: 'lost',
    reason: 'Tarjeta perdida',
    begunAt: '2026-11-24T16:00:00Z',
    operator: 'lucia',
    standing: 'open',
    steps: STEPS_OF.lost.map((step) => ({ step, standing: step === 'balance' ? 'next' : 'done', outcome: null })),
    waits: null,
    attempt: null,
    balance,
    candidates: [],
    stopped: null,
  }) as unknown as ReplacementView;

const FORMS = CARD_ACTIONS.flatMap(({ form, component }) => (form && component ? [form] : []));

it.each(FORMS)('the form to %s names holder, alias and last four', async (form) => {
  vi.mocked(backend.replacementOfCard).mockResolvedValue(null);
  open(form);
  await vi.waitFor(() => expect(told()).toEqual(['Ramírez, Ana Viáticos •••• 4417']));
});

it('a replacement that moves money names from which card to which, and else the card', async () => {
  const balance = { amount: '10.00', currency: 'GTQ', available: null, pending: null, needsAmountAgain: false };
  vi.mocked(backend.replacementOfCard).mockResolvedValue(replacement(balance as ReplacementView['balance']));
  open('replace');
  await vi.waitFor(() => expect(told()).toEqual(['De Ramírez, Ana Viáticos •••• 4417', 'Para Ramírez, Ana •••• 0932']));
  if (mounted) await unmount(mounted);
  vi.mocked(backend.replacementOfCard).mockResolvedValue(replacement(null));
  open('replace');
  await vi.waitFor(() => expect(told()).toEqual(['Ramírez, Ana Viáticos •••• 4417']));
});
