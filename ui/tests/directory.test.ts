// The list of cardholders: what is seen is what was asked for last, however the answers come in.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CardholderRow, DirectoryPage, DirectoryQuery, SessionView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { adoptSession } from '../src/lib/app/session.svelte';
import { BackendError } from '../src/lib/backend/errors';
import { Directory, readListing } from '../src/screens/cardholders/directory.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: { directory: vi.fn(), refreshDirectory: vi.fn(), changeSettings: vi.fn() },
}));
const ask = vi.mocked(backend.directory);
const refresh = vi.mocked(backend.refreshDirectory);

const row = (index: number): CardholderRow => ({
  cardholderId: `c-${index}`,
  displayName: `Persona ${index}`,
  documentType: null,
  documentNumber: null,
  username: '',
  phoneNumber: '',
  cards: [],
});
const answer = ({ offset, limit, locate }: DirectoryQuery, matched = 1000): DirectoryPage => ({
  rows: Array.from({ length: Math.min(limit, matched - offset) }, (_, at) => row(offset + at)),
  located: locate === null ? null : Number(locate.slice(2)),
  matched,
  total: 1000,
});

beforeEach(() => {
  refresh.mockReset();
  ask.mockReset().mockImplementation((query) => Promise.resolve(answer(query)));
});

describe('the directory', () => {
  it('fetches rows as they come into sight, each page once', async () => {
    const directory = new Directory();
    await directory.load();
    expect(directory.row(99)?.cardholderId).toBe('c-99');
    expect(directory.row(950)).toBeUndefined();
    await Promise.all([directory.ensure(940, 999), directory.ensure(950, 960)]);
    expect(directory.row(950)?.cardholderId).toBe('c-950');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('drops the answer to an older question', async () => {
    const directory = new Directory();
    let answerFirst: () => void = () => undefined;
    ask.mockImplementationOnce((query) => new Promise((resolve) => (answerFirst = () => resolve(answer(query, 1000)))));
    ask.mockImplementationOnce((query) => Promise.resolve(answer(query, 3)));
    const first = directory.find('r');
    await directory.find('ram');
    answerFirst();
    await first;
    expect(directory.matched).toBe(3);
  });

  it('is settled only with the answer to what was asked last', async () => {
    const directory = new Directory();
    const answers: Array<() => void> = [];
    ask.mockImplementation(
      (query) => new Promise((resolve) => answers.push(() => resolve(answer(query, query.text.length)))),
    );
    void directory.find('r');
    let isSettled = false;
    const settled = directory.settled().then(() => (isSettled = true));
    void directory.find('ram');
    answers[0]?.();
    await new Promise((done) => setTimeout(done));
    expect(isSettled).toBe(false);
    answers[1]?.();
    await settled;
    expect(directory.matched).toBe(3);
  });

  it('has columns that the narrowest list shows whole, without scrolling sideways', () => {
    // 240 px beside an open form, less the border at both sides.
    expect(new Directory().columns.minWidth).toBeLessThanOrEqual(238);
  });

  it('reads anew when a card of a row was seen in another state, and only then', async () => {
    const directory = new Directory();
    const cards = (state: 'inactive' | 'active') => [{ cardId: '7', lastFour: '1735', state }];
    ask.mockImplementation((query) => {
      const page = answer(query, 3);
      return Promise.resolve({ ...page, rows: page.rows.map((each) => ({ ...each, cards: cards('inactive') })) });
    });
    await directory.load();
    const asked = ask.mock.calls.length;
    await directory.follow('c-1', cards('inactive'));
    await directory.follow('c-9', cards('active'));
    expect(ask.mock.calls.length).toBe(asked);
    ask.mockImplementation((query) => {
      const page = answer(query, 3);
      return Promise.resolve({ ...page, rows: page.rows.map((each) => ({ ...each, cards: cards('active') })) });
    });
    await directory.follow('c-1', cards('active'));
    expect(directory.row(1)?.cards[0]?.state).toBe('active');
    expect(directory.counts.never_activated).toBe(3);
  });

  it('shows a screen what was begun for it, once, and reads anew from then on', async () => {
    const directory = new Directory();
    await directory.begin(Promise.resolve());
    expect(directory.row(0)?.cardholderId).toBe('c-0');
    const begun = ask.mock.calls.length;
    await directory.appear();
    expect(ask.mock.calls.length).toBe(begun);
    await directory.appear();
    expect(ask.mock.calls.length).toBeGreaterThan(begun);
    const other = new Directory();
    await other.appear();
    expect(other.ready).toBe(true);
  });

  it('begins in the order that is remembered, which the session tells while the rows are read', async () => {
    const directory = new Directory();
    const profile = { id: 'practice', numberStyle: 'comma_thousands' };
    const sorting = { column: 'phone', isDescending: true };
    const settings = {
      language: 'spanish',
      theme: 'light',
      lists: { directory: { columns: [], sorting, widthPx: null } },
    };
    const opened = adoptSession({ profile, settings } as unknown as SessionView);
    await directory.begin(opened);
    expect(ask).toHaveBeenCalledWith(
      expect.objectContaining({ order: { by: 'name', isDescending: false }, limit: 100 }),
    );
    expect(ask).toHaveBeenLastCalledWith(expect.objectContaining({ order: { by: 'phone', isDescending: true } }));
    await adoptSession({ profile, settings: { ...settings, lists: {} } } as unknown as SessionView);
  });

  it('shows no other profile what was begun for the first', async () => {
    const directory = new Directory();
    await directory.begin(Promise.resolve());
    directory.clear();
    await directory.appear();
    expect(directory.row(0)?.cardholderId).toBe('c-0');
  });

  it('keeps the rows on show until the new ones are here', async () => {
    const directory = new Directory();
    await directory.load();
    let answerNext: () => void = () => undefined;
    ask.mockImplementationOnce((query) => new Promise((resolve) => (answerNext = () => resolve(answer(query, 1)))));
    const next = directory.find('x');
    expect(directory.row(5)?.cardholderId).toBe('c-5');
    answerNext();
    await next;
    expect(directory.row(5)).toBeUndefined();
  });

  it('asks again for rows that failed, when they next come into sight', async () => {
    const directory = new Directory();
    await directory.load();
    ask.mockRejectedValueOnce(new Error('busy'));
    await directory.ensure(500, 520);
    expect(directory.row(510)).toBeUndefined();
    await directory.ensure(500, 520);
    expect(directory.row(510)?.cardholderId).toBe('c-510');
  });

  it('says that it could not be read, and recovers', async () => {
    const directory = new Directory();
    ask.mockRejectedValueOnce(new Error('broken'));
    await directory.load();
    expect(directory.error?.code).toBe('internal');
    await directory.load();
    expect(directory.error).toBeUndefined();
    expect(directory.ready).toBe(true);
  });

  it('sorts by a column, and the other way round the second time', async () => {
    const directory = new Directory();
    await directory.sort('card_state');
    expect(ask).toHaveBeenLastCalledWith(
      expect.objectContaining({ order: { by: 'card_state', isDescending: false }, offset: 0 }),
    );
    await directory.sort('card_state');
    expect(directory.order).toEqual({ by: 'card_state', isDescending: true });
    await directory.sort('name');
    expect(directory.order).toEqual({ by: 'name', isDescending: false });
  });

  it('keeps the same cardholder active after sorting, wherever they stand then', async () => {
    const directory = new Directory();
    await directory.load();
    directory.position = { active: 3, anchor: 3, selected: new Set([3]) };
    ask.mockImplementation((query) => Promise.resolve({ ...answer(query), located: 996 }));
    await directory.sort('email');
    expect(ask).toHaveBeenLastCalledWith(expect.objectContaining({ locate: 'c-3', offset: 0 }));
    expect(directory.position).toEqual({ active: 996, anchor: 996, selected: new Set([996]) });
  });

  it('keeps a cardholder far down active when the list is fetched anew, and nobody whom it no longer has', async () => {
    const directory = new Directory();
    await directory.load();
    await directory.ensure(700, 700);
    directory.position = { active: 700, anchor: 700, selected: new Set([700]) };
    ask.mockImplementation((query) => Promise.resolve({ ...answer(query), located: 701 }));
    await directory.load();
    expect(directory.position.active).toBe(701);
    await directory.ensure(701, 701);
    ask.mockImplementation((query) => Promise.resolve({ ...answer(query), located: null }));
    await directory.load();
    expect(directory.position.active).toBe(-1);
  });

  it('has the rows that are chosen ready to copy, in the order of the list', async () => {
    const directory = new Directory();
    await directory.load();
    directory.position = { active: 450, anchor: 2, selected: new Set([450, 2]) };
    expect(directory.chosen).toBeUndefined();
    await directory.ensureChosen();
    expect(directory.chosen?.map((each) => each.cardholderId)).toEqual(['c-2', 'c-450']);
  });

  it('counts what stands behind each filter', async () => {
    const directory = new Directory();
    ask.mockImplementation((query) => Promise.resolve(answer(query, query.filter === 'no_card' ? 7 : 20)));
    await directory.count();
    expect(directory.counts).toEqual({ all: 20, no_card: 7, card_without_insert: 20, never_activated: 20 });
  });
});

describe('reading the gateway’s listing', () => {
  const failure = (code: 'practice_not_running' | 'gateway_timed_out') =>
    new BackendError({ code, message: null, params: {}, field: null, fields: [], retryable: true, reference: null });

  it('waits for Practice, which is ready a moment after the window', async () => {
    vi.useFakeTimers();
    refresh.mockRejectedValueOnce(failure('practice_not_running')).mockResolvedValueOnce({ cardholders: 60 } as never);
    const listing = readListing();
    await vi.runAllTimersAsync();
    expect((await listing).cardholders).toBe(60);
    vi.useRealTimers();
  });

  it('leaves every other failure to the operator', async () => {
    refresh.mockRejectedValueOnce(failure('gateway_timed_out'));
    await expect(readListing()).rejects.toMatchObject({ code: 'gateway_timed_out' });
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});
