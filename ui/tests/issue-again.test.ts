// Issuing by the button and its key: a second card is issued only where somebody says that it is meant.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backend, type CardholderView, type IssueOutcome } from '../src/lib/backend';
import { navigation } from '../src/lib/app/navigation.svelte';
import Cardholder from '../src/screens/cardholders/Cardholder.svelte';
import { errorOf } from './records';

vi.mock('../src/lib/backend', () => ({ backend: { cardholder: vi.fn(), issueCard: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
  refreshSession: () => Promise.resolve(),
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({
  directory: { refresh: () => Promise.resolve(), follow: () => Promise.resolve() },
}));

const withoutCards = {
  profile: { displayName: 'Ana', documentType: null, documentNumber: null, phoneNumber: null },
  cards: [],
  inserts: [],
  happenings: [],
  openOperations: [],
  replacements: [],
  actions: [],
  freshness: { fetchedAt: null, isStale: false, error: null },
} as unknown as CardholderView;
const issued = {
  operation: {
    reference: 'CD-7F3K-92QM',
    kind: 'issue',
    state: 'applied',
    amount: null,
    currency: null,
    balanceAfter: null,
    gatewayCode: null,
    cause: null,
    detail: null,
    changedAt: '2026-11-24T16:00:00Z',
    names: [],
    permission: null,
    namedBy: [],
    contradiction: null,
    doneInsteadBy: null,
    leftToBatch: null,
  },
  card: { cardId: '7', lastFour: '4417' },
} as unknown as IssueOutcome;

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.mocked(backend.issueCard).mockReset().mockResolvedValue(issued);
  // The view never learns of the card: as when the gateway can't be reached any more.
  vi.mocked(backend.cardholder).mockResolvedValue(withoutCards);
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

async function open(): Promise<void> {
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(Cardholder, {
    target: document.getElementById('here') as HTMLElement,
    props: { cardholderId: 'u1' },
  });
  await vi.waitFor(() => expect(document.querySelector('#issue-card')).not.toBeNull());
}

function press(id: string): void {
  document.querySelector<HTMLButtonElement>(id)?.click();
  flushSync();
}

it('asks before a second card, even while the first is in no view yet and however often it is pressed', async () => {
  await open();
  press('#issue-card');
  await vi.waitFor(() => expect(document.querySelector('#outcome')).not.toBeNull());
  await vi.waitFor(() => expect(document.querySelector('#issue-card')?.hasAttribute('disabled')).toBe(false));
  press('#issue-card');
  await vi.waitFor(() => expect(document.querySelector('#issue-confirm')).not.toBeNull());
  press('#issue-card');
  expect(backend.issueCard).toHaveBeenCalledTimes(1);
  press('#issue-confirm');
  expect(backend.issueCard).toHaveBeenCalledTimes(2);
});

it.each(['outcome_not_written', 'internal'] as const)(
  'asks for no card any more where nobody can tell what came of the first (%s), and leads to where that is seen',
  async (code) => {
    vi.mocked(backend.issueCard).mockRejectedValue(errorOf(code));
    await open();
    press('#issue-card');
    await vi.waitFor(() => expect(document.querySelector('#issue-see')).not.toBeNull());
    expect(document.querySelector('#issue-error')?.textContent).toContain('No se sabe si la tarjeta se emitió');
    expect(document.querySelector('#issue-error')?.textContent).not.toContain('No se emitió');
    await vi.waitFor(() => expect(document.querySelector('#issue-card')?.getAttribute('aria-busy')).toBeNull());
    expect(document.querySelector('#issue-card')?.hasAttribute('disabled')).toBe(true);
    press('#issue-card');
    expect(document.querySelector('#issue-confirm')).toBeNull();
    expect(backend.issueCard).toHaveBeenCalledTimes(1);
    press('#issue-see');
    expect(navigation.screen).toBe('attention');
  },
);

it('may be asked for again where the desk stopped it before sending', async () => {
  vi.mocked(backend.issueCard).mockRejectedValueOnce(errorOf('intent_not_written'));
  await open();
  press('#issue-card');
  await vi.waitFor(() => expect(document.querySelector('#issue-error')).not.toBeNull());
  expect(document.querySelector('#issue-see')).toBeNull();
  await vi.waitFor(() => expect(document.querySelector('#issue-card')?.hasAttribute('disabled')).toBe(false));
  press('#issue-card');
  expect(backend.issueCard).toHaveBeenCalledTimes(2);
});
