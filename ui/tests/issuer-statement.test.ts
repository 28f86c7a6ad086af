// A statement that the issuer takes a while to prepare: waited for without being in the way, and given up when told to.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { flushSync, mount, unmount } from 'svelte';
import { navigation } from '../src/lib/app/navigation.svelte';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { work } from '../src/lib/app/work.svelte';
import { backend, type CardView, type IssuerStatement, type IssuerStatementView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { issuerStatementOf } from '../src/screens/card/issuer-statement-paper';
import StatementForm from '../src/screens/card/StatementForm.svelte';
import { issuerStatements } from '../src/screens/card/issuer-statement.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { requestStatement: vi.fn(), issuerStatement: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));

const card = (cardId: string) => ({ cardId, cardholderId: 'u1', lastFour: '4417' });
const statement: IssuerStatement = {
  currency: 'GTQ',
  opening: '10.00',
  closing: '12.50',
  credits: null,
  debits: '0.00',
  generatedAt: null,
  rows: [],
};
const view = (state: IssuerStatementView['state']): IssuerStatementView => ({
  cardId: '7',
  month: { year: 2026, month: 10 },
  state,
  statement: state === 'ready' ? statement : null,
});
const lost = (retryable: boolean) =>
  new BackendError({
    code: retryable ? 'gateway_timed_out' : 'gateway_forbidden',
    message: null,
    params: {},
    field: null,
    fields: [],
    retryable,
    reference: null,
  });

function shownForm(issuedAt: string | null): ReturnType<typeof mount> {
  const opened = {
    card: { ...card('7'), alias: null, issuedAt },
    actions: [{ action: 'request_statement', notOffered: null, permission: null }],
  } as unknown as CardView;
  document.body.innerHTML = '<div id="here"></div>';
  const form = mount(StatementForm, {
    target: document.getElementById('here') as HTMLElement,
    props: { card: opened, form: 'statement', onchanged: vi.fn(), onrefused: vi.fn() },
  });
  flushSync();
  return form;
}

beforeEach(() => vi.useFakeTimers());
afterEach(async () => {
  forgetProfile();
  await vi.advanceTimersByTimeAsync(2_100);
  expect(work.running).toHaveLength(0);
  vi.useRealTimers();
  vi.clearAllMocks();
});

describe('a statement of the issuer', () => {
  it('is waited for in the bar, and a look that fails in passing does not end the wait', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('in_preparation'));
    vi.mocked(backend.issuerStatement)
      .mockResolvedValueOnce(view('in_preparation'))
      .mockRejectedValueOnce(lost(true))
      .mockResolvedValueOnce(view('ready'));
    expect(await issuerStatements.ask(card('7'), '10/2026')).toBe('2026-10');
    expect(work.running).toHaveLength(1);
    expect(issuerStatements.of('7', '2026-10')?.isAwaited).toBe(true);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(issuerStatements.of('7', '2026-10')).toMatchObject({ isAwaited: false, view: { state: 'ready' } });
    expect(work.running).toHaveLength(0);
    expect(work.ended?.text()).toContain('4417');
  });

  it('is asked about by one wait only, however often it is asked for', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('in_preparation'));
    vi.mocked(backend.issuerStatement).mockResolvedValue(view('in_preparation'));
    await issuerStatements.ask(card('7'), '10/2026');
    await issuerStatements.ask(card('7'), '10/2026');
    await vi.advanceTimersByTimeAsync(4_100);
    expect(backend.issuerStatement).toHaveBeenCalledTimes(2);
  });

  it('is given up where the operator says so, and where it can not be had', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('in_preparation'));
    vi.mocked(backend.issuerStatement).mockResolvedValue(view('in_preparation'));
    await issuerStatements.ask(card('7'), '10/2026');
    work.running[0]?.cancel?.();
    await vi.advanceTimersByTimeAsync(4_100);
    expect(work.running).toHaveLength(0);
    expect(issuerStatements.of('7', '2026-10')).toMatchObject({ isAwaited: false, failure: undefined });

    vi.mocked(backend.issuerStatement).mockRejectedValue(lost(false));
    await issuerStatements.ask(card('7'), '10/2026');
    await vi.advanceTimersByTimeAsync(2_100);
    expect(issuerStatements.of('7', '2026-10')?.failure?.code).toBe('gateway_forbidden');
  });

  it('is forgotten with the company', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('ready'));
    await issuerStatements.ask(card('7'), '10/2026');
    expect(issuerStatements.of('7', '2026-10')?.view.statement).toEqual(statement);
    vi.mocked(backend.requestStatement).mockResolvedValue({ ...view('in_preparation'), cardId: '8' });
    await issuerStatements.ask(card('8'), '10/2026');
    forgetProfile();
    await vi.advanceTimersByTimeAsync(2_100);
    expect(issuerStatements.of('7', '2026-10')).toBeUndefined();
    expect(issuerStatements.of('8', '2026-10')).toBeUndefined();
  });

  it('is led to from the bar once it is there, with its month, from wherever the operator is', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('in_preparation'));
    vi.mocked(backend.issuerStatement).mockResolvedValue(view('ready'));
    await issuerStatements.ask(card('7'), '10/2026');
    navigation.go('faults');
    await vi.advanceTimersByTimeAsync(2_100);
    work.ended?.open?.();
    expect(navigation.screen).toBe('cardholders');
    expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'u1', cardId: '7' });
    expect(navigation.cardForm).toBe('statement');
    expect(issuerStatements.takeWanted('8')).toBeUndefined();
    expect(issuerStatements.takeWanted('7')).toBe('2026-10');
    expect(issuerStatements.takeWanted('7')).toBeUndefined();
    forgetProfile();
    expect(work.ended?.open).toBeUndefined();
  });

  it('is on show again in the form that was closed meanwhile, whether it is there or on its way', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('in_preparation'));
    vi.mocked(backend.issuerStatement).mockResolvedValue(view('ready'));
    await issuerStatements.ask(card('7'), '10/2026');
    const form = shownForm(null);
    expect(document.getElementById('issuer-statement-waiting')).not.toBeNull();
    expect((document.getElementById('month') as HTMLInputElement).value).toBe('10/2026');
    await vi.advanceTimersByTimeAsync(2_100);
    flushSync();
    expect(document.getElementById('issuer-statement-shown')).not.toBeNull();
    await unmount(form);
  });

  it('that is on show leaves Ctrl+Enter to the button that asks for one, beside which it is drawn', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('ready'));
    await issuerStatements.ask(card('7'), '10/2026');
    const form = shownForm(null);
    expect(document.activeElement?.id).toBe('issuer-statement-save');
    const key = new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(key);
    await vi.advanceTimersByTimeAsync(0);
    expect(key.defaultPrevented).toBe(true);
    expect(backend.requestStatement).toHaveBeenCalledTimes(2);
    await unmount(form);
  });

  it.each([
    ['2026-03-04T18:00:00Z', '10/2026'],
    ['2026-11-20T18:00:00Z', '11/2026'],
  ])('of a card that was issued at %s proposes %s: never a month before the card', async (issuedAt, proposed) => {
    vi.setSystemTime('2026-11-24T18:00:00Z');
    const form = shownForm(issuedAt);
    expect((document.getElementById('month') as HTMLInputElement).value).toBe(proposed);
    await unmount(form);
  });

  it('stands on paper in the issuer’s figures: what is left out is a dash and never computed', () => {
    const card = {
      card: { lastFour: '4417', alias: null },
      cardholderDisplayName: 'Ana',
      cardholderDocument: null,
    } as unknown as CardView;
    const paper = issuerStatementOf(statement, { year: 2026, month: 10 }, card, 'operacion');
    expect(paper.figures.map(({ text }) => text.replace(/\s/g, ' '))).toEqual(['Q 10.00', '—', 'Q 0.00', 'Q 12.50']);
    expect(paper.name).toContain('2026-10');
    expect(paper.facts.some(({ text }) => text.includes('octubre'))).toBe(true);
  });
});
