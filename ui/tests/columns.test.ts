// The columns of a list: what the operator sets holds at once, is kept in the settings, and is there at the next start.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListLayout, SessionView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { adoptSession } from '../src/lib/app/session.svelte';
import { ListColumns, type Column } from '../src/lib/list/columns.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { changeSettings: vi.fn() } }));
const keep = vi.mocked(backend.changeSettings);

type Name = 'name' | 'phone' | 'card';
const NAME: Column<Name> = { name: 'name', title: 'column.cardholder', min: 130, always: true };
const PHONE: Column<Name> = { name: 'phone', title: 'column.phone', min: 60, width: 116, hidden: true };
const CARD: Column<Name> = { name: 'card', title: 'column.card', min: 60, width: 88 };
const made = () => new ListColumns<Name>('directory', [NAME, PHONE, CARD], { gap: 8 });

async function atTheNextStart(layout: ListLayout): Promise<void> {
  const profile = { id: 'practice', numberStyle: 'comma_thousands' };
  const settings = { language: 'spanish', theme: 'light', lists: { directory: layout } };
  await adoptSession({ profile, settings } as unknown as SessionView);
}

/** What was kept last. */
async function kept(): Promise<ListLayout> {
  await vi.waitFor(() => expect(keep).toHaveBeenCalled());
  const change = keep.mock.lastCall?.[0];
  if (change?.setting !== 'list') throw new Error('no list was kept');
  return change.value.layout;
}

beforeEach(async () => {
  keep.mockReset().mockResolvedValue({} as SessionView);
  await atTheNextStart({ columns: [], sorting: null, widthPx: null });
});

describe('the columns of a list', () => {
  it('are those that are meant to be seen, until others are chosen', async () => {
    const columns = made();
    expect(columns.shown).toEqual([NAME, CARD]);
    expect(columns.template).toBe('minmax(130px, 1fr) 88px');
    columns.show(PHONE, true);
    columns.show(CARD, false);
    expect(columns.shown).toEqual([NAME, PHONE]);
    await vi.waitFor(() => expect(keep).toHaveBeenCalledTimes(2));
    await atTheNextStart(await kept());
    expect(made().shown).toEqual([NAME, PHONE]);
  });

  it('have their widths and the order at the next start', async () => {
    const columns = made();
    columns.resize(CARD, 140.4, true);
    columns.sortBy('card', { by: 'name', isDescending: false });
    columns.sortBy('card');
    await vi.waitFor(() => expect(keep).toHaveBeenCalledTimes(3));
    await atTheNextStart(await kept());
    expect(made().template).toBe('minmax(130px, 1fr) 140px');
    expect(made().order).toEqual({ by: 'card', isDescending: true });
  });

  it('are never narrower than what makes sense of them, and the list scrolls below that', () => {
    const columns = made();
    columns.resize(CARD, 3);
    expect(columns.width(CARD)).toBe(60);
    expect(columns.minWidth).toBe(24 + 130 + 8 + 60);
  });

  it('give way where the list has no room for them, and are still chosen', () => {
    const columns = new ListColumns<Name>('directory', [NAME, { ...CARD, room: 400 }], { gap: 8 });
    columns.available = 399;
    expect(columns.shown).toEqual([NAME]);
    expect(columns.isShown({ ...CARD, room: 400 })).toBe(true);
    columns.available = 400;
    expect(columns.shown).toHaveLength(2);
  });

  it('give way at the edge: the column that takes what is left stays so', () => {
    const columns = made();
    expect(columns.edgeAfter(NAME)).toEqual({ column: CARD, sign: -1 });
    expect(columns.edgeAfter(CARD)).toBeUndefined();
    columns.show(PHONE, true);
    expect(columns.edgeAfter(PHONE)).toEqual({ column: PHONE, sign: 1 });
  });

  it('are as at first after a reset, and the order stays', () => {
    const columns = made();
    columns.sortBy('card');
    columns.show(PHONE, true);
    columns.resizeList(420, true);
    columns.reset();
    expect(columns.shown).toEqual([NAME, CARD]);
    expect(columns.listWidth).toBeUndefined();
    expect(columns.order).toEqual({ by: 'card', isDescending: false });
  });

  it('ignore what another version has kept of columns that are no more', async () => {
    const gone = { name: 'gone', isShown: true, widthPx: 90 };
    await atTheNextStart({ columns: [gone], sorting: { column: 'gone', isDescending: true }, widthPx: null });
    expect(made().shown).toEqual([NAME, CARD]);
    expect(made().order).toBeUndefined();
  });

  it('are as wide as what stands in them needs, where a list knows, until the operator sets it', async () => {
    const columns = made();
    columns.fitted = { card: 120 };
    expect(columns.template).toBe('minmax(130px, 1fr) 120px');
    columns.resize(CARD, 75, true);
    expect(columns.template).toBe('minmax(130px, 1fr) 75px');
    await kept();
  });
});
