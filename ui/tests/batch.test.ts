// Batches in the window: the file that is being checked, the one start, and the files that a batch gives back.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchCheck, BatchRowCheck, BatchRowView, BatchRows, BatchView } from '$lib/backend';
import { BackendError } from '$lib/backend/errors';
import { Pace } from '$lib/app/work.svelte';
import { Batches, fileSource, isMoving, settledRows } from '$screens/funds/batch.svelte';
import { resultTable, rowReason, toMendTable } from '$screens/funds/batch-files';
import { given, rowAmount, rowCard, rowCells, standings } from '$screens/funds/batch-words';

const shell = vi.hoisted(() => ({
  readBatch: vi.fn(),
  checkBatch: vi.fn(),
  startBatch: vi.fn(),
  batch: vi.fn(),
  batches: vi.fn(),
  batchRows: vi.fn(),
  pauseBatch: vi.fn(),
  continueBatch: vi.fn(),
  cancelBatch: vi.fn(),
  refreshBatchCards: vi.fn(),
  batchRefresh: vi.fn(),
  cancelBatchRefresh: vi.fn(),
  session: vi.fn(),
}));
vi.mock('$lib/backend', () => ({ backend: shell }));
vi.mock('$lib/app/session.svelte', () => ({ refreshSession: () => Promise.resolve() }));

function check(more: Partial<BatchCheck> = {}): BatchCheck {
  return {
    id: 'f1',
    name: 'nomina.csv',
    encoding: 'UTF-8',
    separator: 'comma',
    unusedTitles: [],
    style: {
      detected: null,
      commaThousands: 0,
      pointThousands: 0,
      used: 'comma_thousands',
      isConfirmed: false,
      examples: [],
    },
    rows: [],
    ready: 2,
    doubtful: 0,
    refused: 0,
    totals: [{ currency: 'GTQ', loads: '30.00', loadCount: 2, withdrawals: '0.00', withdrawalCount: 0 }],
    cardsSeenAt: null,
    cards: 2,
    oldCards: 0,
    freshForMinutes: 15,
    readyDigest: 'a',
    earlier: [],
    totalAgain: null,
    ...more,
  };
}

function view(more: Partial<BatchView> = {}): BatchView {
  return {
    number: 7,
    name: 'nomina.csv',
    phase: 'running',
    stop: null,
    error: null,
    rowsToSend: 2,
    begunAt: '2026-11-24T16:00:00Z',
    begunBy: 'Operadora',
    endedAt: null,
    counts: { waiting: 2, underway: 0, applied: 0, refused: 0, notSent: 0, unknown: 0, notApplied: 0, leftOut: 0 },
    ...more,
  };
}

function row(more: Partial<BatchRowView> = {}): BatchRowView {
  return {
    line: 2,
    cells: ['48201', 'carga', '5.00'],
    state: 'applied',
    isToMend: false,
    isContradicted: false,
    cardId: '48201',
    lastFour: '4417',
    holder: 'Ramírez, María',
    kind: 'load',
    amount: '5.00',
    currency: 'GTQ',
    note: null,
    reference: 'CD-7F3K-92QM',
    gatewayCode: null,
    cause: null,
    detail: null,
    movementId: 'm1',
    problems: [],
    ...more,
  };
}

function refusal(code: BackendError['code']): BackendError {
  return new BackendError({
    code,
    message: null,
    params: {},
    field: null,
    fields: [],
    retryable: false,
    reference: null,
  });
}

beforeEach(() => {
  for (const command of Object.values(shell)) command.mockReset();
  shell.batchRows.mockResolvedValue({ titles: [], rows: [] });
  shell.batches.mockResolvedValue([]);
});

async function read(batches: Batches, first: BatchCheck = check()): Promise<void> {
  shell.readBatch.mockResolvedValueOnce(first);
  await batches.read(() => Promise.resolve({ from: 'pasted', text: 'x' }));
}

async function confirmed(batches: Batches): Promise<void> {
  const { style } = check();
  shell.checkBatch.mockResolvedValueOnce(check({ style: { ...style, isConfirmed: true } }));
  await batches.confirmStyle('comma_thousands');
}

describe('a batch at rest', () => {
  const unknown = { ...view().counts, waiting: 0, applied: 1, unknown: 1 };

  it('shows the outcomes that were found meanwhile, and their rows', async () => {
    const batches = new Batches();
    batches.open(view({ phase: 'finished', counts: unknown }));
    shell.batch.mockResolvedValueOnce(view({ phase: 'finished', counts: { ...unknown, applied: 2, unknown: 0 } }));
    await vi.waitFor(() => expect(batches.rows.busy).toBe(false));
    shell.batchRows.mockClear();
    await batches.lookAgain();
    expect(batches.batch?.counts).toMatchObject({ applied: 2, unknown: 0 });
    expect(shell.batchRows).toHaveBeenCalledWith(7);
  });

  it('stays as it is while the desk does not answer', async () => {
    const batches = new Batches();
    batches.open(view({ phase: 'finished', counts: unknown }));
    shell.batch.mockRejectedValueOnce(refusal('disk_full'));
    await batches.lookAgain();
    expect(batches.batch?.counts).toMatchObject({ unknown: 1 });
    expect(batches.failure).toBeUndefined();
  });
});

describe('a file that is being checked', () => {
  it('asks for cards that are old by itself, is not run meanwhile, and is checked anew', async () => {
    vi.useFakeTimers();
    const batches = new Batches();
    const refresh = { total: 2, done: 0, failed: 0, isRunning: true, isGivenUp: false, error: null };
    shell.refreshBatchCards.mockResolvedValue(refresh);
    shell.batchRefresh.mockResolvedValue({ ...refresh, done: 2, isRunning: false });
    await read(batches, check({ oldCards: 2, style: { ...check().style, isConfirmed: true } }));
    await Promise.resolve();
    expect(shell.refreshBatchCards).toHaveBeenCalledWith('f1', 'old');
    await batches.start();
    expect(shell.startBatch).not.toHaveBeenCalled();
    shell.checkBatch.mockResolvedValueOnce(check({ ready: 1 }));
    await vi.advanceTimersByTimeAsync(500);
    expect(batches.check?.ready).toBe(1);
    vi.useRealTimers();
  });

  it('is not run before the style of its amounts is confirmed', async () => {
    const batches = new Batches();
    await read(batches);
    await batches.start();
    expect(shell.startBatch).not.toHaveBeenCalled();
    expect(batches.problems.map(({ field }) => field)).toEqual(['batch-style-comma_thousands']);
    await confirmed(batches);
    expect(batches.problems).toEqual([]);
  });

  it('is run once, as it was shown, however often it is submitted', async () => {
    const batches = new Batches();
    await read(batches);
    await confirmed(batches);
    shell.startBatch.mockResolvedValue(view({ phase: 'finished' }));
    await Promise.all([batches.start(), batches.start()]);
    expect(shell.startBatch).toHaveBeenCalledTimes(1);
    expect(shell.startBatch.mock.calls[0]?.[0]).toMatchObject({
      decisions: { id: 'f1', numberStyle: 'comma_thousands' },
      ready: 2,
      totals: check().totals,
      totalAgain: null,
    });
    expect(batches.check).toBeUndefined();
    expect(batches.batch?.number).toBe(7);
  });

  it('shows its figures anew when a card has changed since, and says so', async () => {
    const batches = new Batches();
    await read(batches);
    await confirmed(batches);
    shell.startBatch.mockRejectedValueOnce(refusal('batch_changed'));
    shell.checkBatch.mockResolvedValueOnce(check({ ready: 1 }));
    await batches.start();
    expect(batches.check?.ready).toBe(1);
    expect(batches.failure?.code).toBe('batch_changed');
  });

  it('is the one that was asked for last, whichever answer comes last', async () => {
    const batches = new Batches();
    let slow: (value: BatchCheck) => void = () => undefined;
    shell.readBatch.mockReturnValueOnce(new Promise<BatchCheck>((done) => (slow = done)));
    const first = batches.read(() => Promise.resolve({ from: 'pasted', text: 'a' }));
    await read(batches, check({ id: 'second' }));
    slow(check({ id: 'first' }));
    await first;
    expect(batches.check?.id).toBe('second');
  });
});

describe('a batch', () => {
  it('counts rows as done once they have come to their end', () => {
    const counts = {
      waiting: 1,
      underway: 2,
      applied: 3,
      refused: 1,
      notSent: 1,
      unknown: 1,
      notApplied: 1,
      leftOut: 9,
    };
    expect(settledRows(view({ rowsToSend: 10, counts }))).toBe(6);
    expect(isMoving(view({ phase: 'pausing' }))).toBe(true);
    expect(isMoving(view({ phase: 'paused' }))).toBe(false);
  });

  it('says how long its rows still take at their pace, once it has one', () => {
    const pace = new Pace();
    expect(pace.secondsLeft(10, 110, 0)).toBeUndefined();
    expect(pace.secondsLeft(15, 110, 1_000)).toBeUndefined();
    expect(pace.secondsLeft(30, 110, 4_000)).toBe(16);
  });

  it('gives back the rows that moved nothing under the titles of their file, and no other', () => {
    const missing = { field: 'amount', code: 'amount_form', severity: 'error', params: {} } as const;
    const rows: BatchRows = {
      titles: ['Tarjeta', 'Operación', 'Monto'],
      rows: [
        row(),
        row({
          line: 3,
          state: 'left_out',
          isToMend: true,
          cells: ['48202', 'carga', 'x'],
          reference: null,
          problems: [missing],
        }),
        row({ line: 4, state: 'unknown' }),
        row({ line: 5, state: 'refused', isToMend: true, gatewayCode: '7303', cells: ['48203', 'retiro', '9'] }),
      ],
    };
    const toMend = toMendTable(view(), rows);
    expect(toMend.titles.slice(0, 3)).toEqual(rows.titles);
    expect(toMend.rows.map((cells) => cells.slice(0, 3))).toEqual([
      ['48202', 'carga', 'x'],
      ['48203', 'retiro', '9'],
    ]);
    expect(toMend.rows.every((cells) => cells.length === toMend.titles.length && cells[3] !== '')).toBe(true);
    const result = resultTable(view(), rows);
    expect(result.rows).toHaveLength(4);
    expect(result.rows[0]?.slice(3, 7)).toEqual(['2', 'Aplicada', 'CD-7F3K-92QM', 'm1']);
    expect(rowReason(row())).toBe('');
  });

  it('tells a row that is contradicted as the screen does, in the file and in the figures', () => {
    const said = { state: 'not_applied', detail: 'El emisor dice que no', movementId: null } as const;
    const rows = [row(said), row({ ...said, isContradicted: true, movementId: 'm-91' })];
    const result = resultTable(view(), { titles: ['tarjeta', 'operación', 'monto'], rows });
    expect(result.rows.map((cells) => cells.slice(4, 8))).toEqual([
      ['No aplicada', 'CD-7F3K-92QM', '', 'El emisor dice que no'],
      ['Se dijo que no, y aparece', 'CD-7F3K-92QM', 'm-91', 'El emisor dice que no'],
    ]);
    const none = { applied: 0, underway: 0, waiting: 0, not_sent: 0, unknown: 0, refused: 0, left_out: 0 };
    expect(standings({ ...none, not_applied: 2 }, rows).map(({ word, count }) => [word, count])).toEqual([
      ['not_applied', 1],
      ['contradicted', 1],
    ]);
  });

  it('keeps what its check showed of the rows that were left out, and of no other batch', async () => {
    const checked: BatchRowCheck = {
      line: 5,
      verdict: 'refused',
      cardId: '48201',
      lastFour: '2721',
      holder: 'Camposeco, Andrea',
      kind: 'withdrawal',
      amount: null,
      currency: 'GTQ',
      endingBalance: null,
      note: null,
      given: [{ field: 'amount', text: '-5' }],
      problems: [],
    };
    const unfound = { ...checked, line: 7, cardId: null, lastFour: null, amount: '20.00', currency: null };
    const style = { ...check().style, isConfirmed: true };
    const batches = new Batches();
    await read(
      batches,
      check({ style, rows: [checked, { ...unfound, given: [{ field: 'documentNumber', text: '111' }] }] }),
    );
    shell.startBatch.mockResolvedValue(view({ phase: 'finished' }));
    await batches.start();
    const out = { state: 'left_out', cardId: null, lastFour: null, holder: null, amount: null } as const;
    const [five, seven] = [row({ ...out, line: 5 }), row({ ...out, line: 7, amount: '20.00', currency: null })];
    expect(rowCard(five, batches.checkedRow(5))).toMatchObject({ lastFour: '2721', holder: 'Camposeco, Andrea' });
    expect(rowAmount(five, batches.checkedRow(5))).toBe('-5');
    expect([rowCard(seven, batches.checkedRow(7)), rowAmount(seven, batches.checkedRow(7))]).toEqual([
      undefined,
      '20.00',
    ]);
    expect(given(batches.checkedRow(7), 'cardId', 'documentNumber')).toBe('111');
    batches.open(view({ number: 6 }));
    expect(batches.checkedRow(5)).toBeUndefined();
    expect(rowAmount(five, undefined)).toBeUndefined();
  });

  it('tells what stands in the cells of a row under the titles of its file', () => {
    expect(rowCells(row({ cells: ['48202', ' ', '-5', 'de más'] }), ['Tarjeta', 'Nota', 'Monto'])).toEqual([
      { title: 'Tarjeta', text: '48202' },
      { title: 'Monto', text: '-5' },
      { title: '', text: 'de más' },
    ]);
  });

  it('hands a file over byte by byte', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    // The test's own window has no `arrayBuffer` of files.
    const file = { name: 'á.csv', arrayBuffer: () => Promise.resolve(bytes.buffer) } as File;
    const source = await fileSource(file);
    expect(source).toMatchObject({ from: 'file', name: 'á.csv' });
    const back = Uint8Array.from(atob(source.from === 'file' ? source.base64 : ''), (each) => each.charCodeAt(0));
    expect(back).toEqual(bytes);
  });
});
