// A statement that the issuer takes a while to prepare: waited for without being in the way, and given up when told to.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { work } from '../src/lib/app/work.svelte';
import { backend, type CardView, type IssuerStatement, type IssuerStatementView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { issuerStatementOf } from '../src/screens/card/issuer-statement-paper';
import { issuerStatements } from '../src/screens/card/issuer-statement.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { requestStatement: vi.fn(), issuerStatement: vi.fn() } }));

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
    expect(await issuerStatements.ask('7', '4417', '10/2026')).toBe('2026-10');
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
    await issuerStatements.ask('7', '4417', '10/2026');
    await issuerStatements.ask('7', '4417', '10/2026');
    await vi.advanceTimersByTimeAsync(4_100);
    expect(backend.issuerStatement).toHaveBeenCalledTimes(2);
  });

  it('is given up where the operator says so, and where it can not be had', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('in_preparation'));
    vi.mocked(backend.issuerStatement).mockResolvedValue(view('in_preparation'));
    await issuerStatements.ask('7', '4417', '10/2026');
    work.running[0]?.cancel?.();
    await vi.advanceTimersByTimeAsync(4_100);
    expect(work.running).toHaveLength(0);
    expect(issuerStatements.of('7', '2026-10')).toMatchObject({ isAwaited: false, failure: undefined });

    vi.mocked(backend.issuerStatement).mockRejectedValue(lost(false));
    await issuerStatements.ask('7', '4417', '10/2026');
    await vi.advanceTimersByTimeAsync(2_100);
    expect(issuerStatements.of('7', '2026-10')?.failure?.code).toBe('gateway_forbidden');
  });

  it('is forgotten with the company', async () => {
    vi.mocked(backend.requestStatement).mockResolvedValue(view('ready'));
    await issuerStatements.ask('7', '4417', '10/2026');
    expect(issuerStatements.of('7', '2026-10')?.view.statement).toEqual(statement);
    vi.mocked(backend.requestStatement).mockResolvedValue({ ...view('in_preparation'), cardId: '8' });
    await issuerStatements.ask('8', '4417', '10/2026');
    forgetProfile();
    await vi.advanceTimersByTimeAsync(2_100);
    expect(issuerStatements.of('7', '2026-10')).toBeUndefined();
    expect(issuerStatements.of('8', '2026-10')).toBeUndefined();
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
