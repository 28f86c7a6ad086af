// The print room promises: nothing made twice, a reason for every reprint, and figures that are true.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PrintRequest, PrintRunView, QueueRow } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { toggle } from '../src/lib/list/keyboard';
import { formatMillimetres, PrintRoom } from '../src/screens/print-room/print-room.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    insertQueue: vi.fn(),
    previewInserts: vi.fn(),
    previewPage: vi.fn(),
    previewCheck: vi.fn(),
    printing: vi.fn(() => Promise.resolve(null)),
    cancelPrinting: vi.fn(),
    makeDraft: vi.fn(),
    saveInserts: vi.fn(),
    printInserts: vi.fn(),
    changeSettings: vi.fn(),
    papers: vi.fn(),
  },
}));
const queue = vi.mocked(backend.insertQueue);
const preview = vi.mocked(backend.previewInserts);
const save = vi.mocked(backend.saveInserts);

const row = (index: number, serial: string | null = null): QueueRow => ({
  cardholderId: `c-${index}`,
  cardId: String(index),
  displayName: `Persona ${index}`,
  lastFour: '0000',
  issuedAt: null,
  reason: serial === null ? 'first' : null,
  voidedSerial: null,
  serial,
  printedAt: null,
});
const run = { number: '0043', inserts: 2 } as PrintRunView;

beforeEach(() => {
  queue
    .mockReset()
    .mockImplementation((filter) =>
      Promise.resolve(filter === 'printed' ? [row(8, '0042-001'), row(9, '0042-002')] : [row(1), row(2), row(3)]),
    );
  preview.mockReset();
  save.mockReset().mockResolvedValue(run);
});

describe('the print room', () => {
  it('opens with nobody chosen, and chooses everyone in one step, in the order of the queue', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    expect(room.request()).toBeUndefined();
    expect(await room.make('printer')).toBeUndefined();
    expect(room.choosable).toBe(3);
    room.chooseAll();
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['1', '2', '3']);
  });

  it('keeps what is chosen while the queue is being asked for again', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    queue.mockResolvedValueOnce([row(3), row(1), row(2)]);
    const again = room.show('needs_insert');
    room.choose([1]);
    await again;
    expect(room.chosen.map((each) => each.cardId)).toEqual(['2']);
  });

  it('prints in the order of the queue, not of the clicks', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.position = toggle(toggle(room.position, 2), 0);
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['1', '3']);
  });

  it('sorts, and prints, by a column; what was chosen stays chosen', async () => {
    const named = (name: string, index: number) => ({ ...row(index), displayName: name });
    queue.mockResolvedValue([named('Zúñiga', 1), named('Álvarez', 2), named('Núñez', 3), named('Nunez', 4)]);
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.choose([0, 2]);
    room.sort('name');
    expect(room.rows.map((each) => each.displayName)).toEqual(['Álvarez', 'Nunez', 'Núñez', 'Zúñiga']);
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['3', '1']);
    room.sort('name');
    expect(room.request()?.items.map((item) => item.cardId)).toEqual(['1', '3']);
    // None was ever printed: all are equal, and stay as they came.
    room.sort('serial');
    expect(room.rows.map((each) => each.cardId)).toEqual(['1', '2', '3', '4']);
  });

  it('opens with the one insert that was asked for, printed before or not', async () => {
    const room = new PrintRoom();
    await room.showWanted({ cardholderId: 'c-2', cardId: '2' });
    expect(room.chosen.map((each) => each.cardId)).toEqual(['2']);
    await room.showWanted({ cardholderId: 'c-9', cardId: '9' });
    expect(room.filter).toBe('printed');
    expect(room.isReprint).toBe(true);
    expect(room.chosen.map((each) => each.cardId)).toEqual(['9']);
  });

  it('chooses nobody else where the one that was asked for has nothing to be printed', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    const chosen: number[] = [];
    queue.mockImplementation((filter) => {
      chosen.push(room.chosen.length);
      return Promise.resolve(filter === 'printed' ? [] : [row(1), row(2), row(3)]);
    });
    await expect(room.showWanted({ cardholderId: 'c-7', cardId: '7' })).resolves.toBe(false);
    expect([...chosen, room.chosen.length]).toEqual([0, 0, 0, 0]);
    expect(room.filter).toBe('needs_insert');
    queue.mockRejectedValue(new Error('nobody answers'));
    await expect(room.showWanted({ cardholderId: 'c-7', cardId: '7' })).resolves.toBeUndefined();
  });

  it('sends a reason with a reprint, and with nothing else', async () => {
    const room = new PrintRoom();
    room.reprintReason = ' Se atascó el papel ';
    await room.show('needs_insert');
    room.chooseAll();
    expect(room.request()?.reprintReason).toBeNull();
    await room.show('printed');
    room.choose([0]);
    expect(room.request()?.reprintReason).toBe('Se atascó el papel');
    room.reprintReason = '  ';
    expect(room.request()?.reprintReason).toBeNull();
  });

  it('makes one run at a time', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    const [first, second] = await Promise.all([room.make('file'), room.make('file')]);
    expect(save).toHaveBeenCalledTimes(1);
    expect([first, second]).toEqual([run, undefined]);
  });

  it('chooses nothing after a run, so that one key too many makes no second one', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    await room.make('file');
    await room.showAfterRun();
    expect(await room.make('file')).toBeUndefined();
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('chooses nothing from the moment a run is made, so that what came of it stays in sight while the queue is read', async () => {
    const room = new PrintRoom();
    await room.show('printed');
    room.chooseAll();
    room.reprintReason = 'otra vez';
    await room.make('file');
    const queueIsRead = room.showAfterRun();
    expect(room.position.selected.size).toBe(0);
    await queueIsRead;
    expect(room.position.selected.size).toBe(0);
    expect(room.run).toBe(run);
  });

  it('stays in the list it was made from, and with whoever went to the runs meanwhile', async () => {
    const room = new PrintRoom();
    await room.show('printed');
    room.find({ text: '0' });
    room.chooseAll();
    room.reprintReason = 'otra vez';
    await room.make('file');
    await room.showAfterRun();
    expect([room.tab, room.found.text]).toEqual(['printed', '0']);
    room.showsRuns = true;
    await room.showAfterRun();
    expect(room.tab).toBe('runs');
  });

  it('keeps what was chosen when a run could not be made', async () => {
    const room = new PrintRoom();
    await room.show('needs_insert');
    room.chooseAll();
    save.mockRejectedValue(new Error('disk full'));
    await room.make('file');
    expect(room.runError?.code).toBe('internal');
    expect(room.chosen).toHaveLength(3);
    expect(room.making).toBeNull();
  });

  it('looks at no page when nothing is chosen', async () => {
    const room = new PrintRoom();
    await room.show('printed');
    await room.showPage();
    expect(preview).not.toHaveBeenCalled();
    room.choose([1]);
    preview.mockResolvedValue({ page: 1 } as never);
    await room.showPage();
    expect((preview.mock.calls[0]?.[0] as PrintRequest).items).toEqual([{ cardholderId: 'c-9', cardId: '9' }]);
  });
});

describe('measures', () => {
  it('are shown in millimetres without a float', () => {
    expect(formatMillimetres(508, 3)).toBe('0.508');
    expect(formatMillimetres(26_924, 1)).toBe('26.9');
    expect(formatMillimetres(26_950, 1)).toBe('27.0');
    expect(formatMillimetres(42, 3)).toBe('0.042');
  });
});
