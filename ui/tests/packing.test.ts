// The packing line promises: one insert at a time, a stop waits for somebody, and no two outcomes look or sound alike.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InsertToPackView, PackedRow, PackingStopView, PackingView, StopKind } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { Packing } from '../src/screens/pack/packing.svelte';
import { SOUNDS, type Sounding } from '../src/screens/pack/sounds';
import { manifestPaper, manifestTable } from '../src/screens/pack/manifest-paper';
import { stopFacts, STOPS } from '../src/screens/pack/stops';

vi.mock('../src/lib/backend', () => ({
  backend: {
    packing: vi.fn(),
    scanInsert: vi.fn(),
    packInsert: vi.fn(),
    acknowledgePackingStop: vi.fn(),
    undoPacking: vi.fn(),
  },
}));
const mocked = vi.mocked(backend);

const insert = (serial: string): InsertToPackView => ({
  serial,
  displayName: serial,
  printedAt: null,
  namesCard: true,
});
const stop = (kind: StopKind, number = 1): PackingStopView => ({ number, kind }) as PackingStopView;
const row = (serial: string): PackedRow => ({ number: 1, serial }) as PackedRow;
const view = (change: Partial<PackingView> = {}): PackingView => ({
  day: '2026-11-24',
  openBox: null,
  stop: null,
  packedToday: 0,
  latest: [],
  contradicted: [],
  runs: [],
  ...change,
});

let line: Packing;
let heard: Sounding[];
beforeEach(async () => {
  vi.resetAllMocks();
  mocked.packing.mockResolvedValue(view());
  line = new Packing();
  heard = [];
  line.onsound = (which) => heard.push(which);
  await line.load();
});

describe('the line', () => {
  it('takes an insert, packs it with its plastic, and counts it at once', async () => {
    mocked.scanInsert.mockResolvedValue({ kind: 'found', insert: insert('0043-001') });
    await line.scan('0043-001', false);
    line.lastFour = '4417';
    mocked.packInsert.mockResolvedValue({ kind: 'packed', row: row('0043-001') });
    await line.pack();
    expect(mocked.packInsert).toHaveBeenCalledWith({ serial: '0043-001', lastFour: '4417', isAnotherPlastic: false });
    expect([line.insert, line.last?.serial, line.lastFour, line.view?.packedToday]).toEqual([
      undefined,
      '0043-001',
      '',
      1,
    ]);
    expect(heard).toEqual(['found', 'packed']);
    await line.pack();
    expect(mocked.packInsert).toHaveBeenCalledTimes(1);
  });

  it('stands still at a stop until somebody saw it: a scan only sounds it again', async () => {
    mocked.scanInsert.mockResolvedValue({ kind: 'stopped', stop: stop('unknown') });
    await line.scan('0099-001', false);
    await line.scan('0043-001', false);
    await line.pack();
    expect(mocked.scanInsert).toHaveBeenCalledTimes(1);
    expect(heard).toEqual(['unknown', 'unknown']);
    mocked.acknowledgePackingStop.mockResolvedValue(view());
    await line.acknowledge();
    expect([line.stop, line.insert]).toEqual([undefined, undefined]);
  });

  it('shows a stop that was left by an earlier start', async () => {
    mocked.packing.mockResolvedValue(view({ stop: stop('mismatch', 7) }));
    await line.load();
    expect(line.stop?.number).toBe(7);
  });

  it('packs another plastic with the same last four once a person has said so', async () => {
    mocked.scanInsert.mockResolvedValue({ kind: 'found', insert: insert('0043-002') });
    await line.scan('0043-002', false);
    line.lastFour = '4417';
    mocked.packInsert.mockResolvedValueOnce({ kind: 'stopped', stop: stop('plastic_packed') });
    await line.pack();
    mocked.acknowledgePackingStop.mockResolvedValue(view());
    mocked.packInsert.mockResolvedValueOnce({ kind: 'packed', row: row('0043-002') });
    await line.acknowledge(true);
    expect(mocked.packInsert).toHaveBeenLastCalledWith({
      serial: '0043-002',
      lastFour: '4417',
      isAnotherPlastic: true,
    });
    expect(line.last?.serial).toBe('0043-002');
  });

  it('takes scans in their order, also those that come before the answer', async () => {
    mocked.scanInsert.mockImplementation((text) => Promise.resolve({ kind: 'found', insert: insert(text) }));
    await Promise.all([line.scan('0043-001', false), line.scan('0043-002', false)]);
    expect([line.insert?.serial, line.skipped?.serial]).toEqual(['0043-002', '0043-001']);
  });

  it('reads the two codes of one paper together where the first did not say enough, and only then', async () => {
    mocked.scanInsert.mockResolvedValueOnce({ kind: 'needs_link', serial: '0043-001' });
    await line.scan('0043-001', false);
    expect([line.linkWanted?.serial, line.insert]).toEqual(['0043-001', undefined]);
    mocked.scanInsert.mockResolvedValueOnce({ kind: 'needs_serial', displayName: 'Ana', inserts: 2 });
    await line.scan('https://x', false);
    expect([line.linkWanted, line.serialWanted?.inserts]).toEqual([undefined, 2]);
    mocked.scanInsert.mockResolvedValue({ kind: 'found', insert: insert('0043-001') });
    await line.scan('0043-001', false);
    await line.scan('0043-002-P7K3', false);
    expect(mocked.scanInsert.mock.calls).toEqual([
      ['0043-001', false, null],
      ['https://x', false, '0043-001'],
      ['0043-001', false, 'https://x'],
      ['0043-002-P7K3', false, null],
    ]);
    expect(heard).toEqual(['link_wanted', 'serial_wanted', 'found', 'found']);
  });

  it('loses nothing of what was typed where something failed', async () => {
    mocked.scanInsert.mockResolvedValue({ kind: 'found', insert: insert('0043-001') });
    await line.scan('0043-001', false);
    line.lastFour = '4417';
    mocked.packInsert.mockRejectedValue(new Error('disk'));
    await line.pack();
    expect([line.insert?.serial, line.lastFour, line.failure?.code]).toEqual(['0043-001', '4417', 'internal']);
  });

  it('keeps the counts of what was taken out, whatever was asked for before that comes after it', async () => {
    const run = { number: '0043', finishedAt: '2026-11-24T16:00:00Z', printed: 2, packed: 1, missing: 1 };
    mocked.packing.mockResolvedValue(view({ packedToday: 1, latest: [row('0043-001')], runs: [run] }));
    await line.load();
    let late: (value: PackingView) => void = () => undefined;
    mocked.packing.mockReturnValue(new Promise((resolve) => (late = resolve)));
    const asked = line.load();
    const undone = view({ packedToday: 0, runs: [{ ...run, packed: 0, missing: 2 }] });
    mocked.undoPacking.mockResolvedValue(undone);
    await line.undo(1, 'Otro sobre');
    late(view({ packedToday: 1, latest: [row('0043-001')], runs: [run] }));
    await asked;
    expect([line.view, line.loaded.busy]).toEqual([undone, false]);
  });

  it('keeps a stop that counts from before it do not know', async () => {
    let late: (value: PackingView) => void = () => undefined;
    mocked.packing.mockReturnValue(new Promise((resolve) => (late = resolve)));
    const asked = line.load();
    mocked.scanInsert.mockResolvedValue({ kind: 'stopped', stop: stop('mismatch', 7) });
    await line.scan('0043-001', false);
    late(view());
    await asked;
    expect(line.stop?.number).toBe(7);
  });

  it('drops an answer about an insert of a company that was left', async () => {
    let answer: (value: { kind: 'found'; insert: InsertToPackView }) => void = () => undefined;
    mocked.scanInsert.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const scanning = line.scan('0043-001', false);
    await Promise.resolve();
    line.clear();
    answer({ kind: 'found', insert: insert('0043-001') });
    await scanning;
    expect([line.insert, line.busy]).toEqual([undefined, false]);
  });
});

describe('an outcome', () => {
  it('has a sound of its own', () => {
    const sounds = Object.values(SOUNDS).map((tones) => JSON.stringify(tones));
    expect(new Set(sounds).size).toBe(sounds.length);
  });

  it('that stops the line has a word and an icon of its own', () => {
    const looks = Object.values(STOPS);
    expect(new Set(looks.map(({ word }) => word)).size).toBe(looks.length);
    expect(new Set(looks.map(({ icon }) => icon)).size).toBe(looks.length);
  });
});

describe('what is told of a plastic that may be another’s', () => {
  it('names the insert that waits for it', () => {
    const waited = { lastFour: '4417', otherSerial: '0043-007', otherName: 'Choc, Ana', packedAt: null };
    const facts = stopFacts({ ...stop('plastic_waited_for'), ...waited } as PackingStopView);
    expect(facts).toHaveLength(2);
    expect(facts[1]).toContain('0043-007');
    expect(facts[1]).toContain('Choc, Ana');
  });

  it('is marked in a manifest where the issuer shows other digits by now', () => {
    const rows = [row('0043-001'), { ...row('0043-002'), isContradicted: true }].map((each) => ({
      ...each,
      lastFour: '4417',
      at: '2026-11-24T16:00:00Z',
    }));
    const manifest = { packingBox: null, day: '2026-11-24', rows, runs: [], missing: [], stops: [] };
    const paper = manifestPaper(manifest, 'Operadora', '2026-11-24T16:00:00Z');
    expect(paper.rows.map(({ serial }) => serial)).toEqual(['0043-001', '0043-002 †']);
    expect(paper.notes.filter((note) => note.startsWith('†'))).toHaveLength(1);
    const states = manifestTable(manifest).rows.map(([state]) => state);
    expect(new Set(states).size).toBe(2);
  });
});
