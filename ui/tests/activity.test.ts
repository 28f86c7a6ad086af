// What everybody did: asked for as it is filtered, with whose each is; kept as it was chosen, and older rows on demand.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { waitsForUnlocking } from '../src/lib/backend/locking';
import { backend, type ActivityRow } from '../src/lib/backend';
import Activity from '../src/screens/activity/Activity.svelte';
import { activity } from '../src/screens/activity/activity.svelte';

vi.mock('$lib/backend', () => ({ backend: { activity: vi.fn() } }));

const row = (number: number, more: Partial<ActivityRow['happening']> = {}): ActivityRow => ({
  happening: {
    number: String(number),
    at: '2026-11-24T16:00:00Z',
    operator: 'lucia',
    action: 'funds_loaded',
    result: 'done',
    cardId: '48213',
    reference: 'CD-7F3K-92QM',
    serial: null,
    detail: null,
    note: null,
    sides: null,
    corrects: null,
    makesAgain: null,
    settledAs: null,
    sentTo: null,
    ...more,
  },
  cardholderId: 'u1',
  displayName: 'Ramírez, Ana',
  lastFour: '4417',
});
const asked = () => vi.mocked(backend.activity).mock.lastCall?.[0];

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(backend.activity)
    .mockReset()
    .mockResolvedValue({ rows: [row(9), row(8)], hasOlder: false, operators: ['ana', 'lucia'] });
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  activity.clear();
  navigation.showNothing();
  vi.useRealTimers();
});

async function shown(): Promise<void> {
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(Activity, { target: document.getElementById('here') as HTMLElement });
  await settled();
}

async function settled(milliseconds = 0): Promise<void> {
  flushSync();
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
}

function type(id: string, text: string, event = 'input'): void {
  const field = document.getElementById(id) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event(event, { bubbles: true }));
  flushSync();
}

describe('what everybody did', () => {
  it('stands with whose it is, which leads there, and with its operation', async () => {
    await shown();
    const [first] = document.querySelectorAll('#activity li');
    expect(first?.textContent).toContain('Ramírez, Ana');
    expect(first?.textContent).toContain('4417');
    expect(first?.textContent).toContain('lucia');
    first?.querySelector<HTMLButtonElement>('.person')?.click();
    expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'u1' });
    first?.querySelector<HTMLButtonElement>('.reference')?.click();
    expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'u1', cardId: '48213' });
    expect(navigation.wantedOperation).toBe('CD-7F3K-92QM');
  });

  it('is asked for by kind, result, person, day and text, and what was chosen is kept', async () => {
    await shown();
    type('activity-kind', 'money', 'change');
    type('activity-result', 'refused', 'change');
    type('activity-operator', 'lucia', 'change');
    type('activity-day', '24/11/2026');
    type('activity-text', 'ramirez');
    await settled(300);
    const wanted = { kind: 'money', results: ['refused'], operator: 'lucia', day: '2026-11-24', text: 'ramirez' };
    expect(asked()).toMatchObject({ ...wanted, before: null });
    if (mounted) await unmount(mounted);
    await shown();
    expect(asked()).toMatchObject(wanted);
    expect((document.getElementById('activity-day') as HTMLInputElement).value).toBe('24/11/2026');
  });

  it('has a search and a day whose labels stay in sight, whatever is typed', async () => {
    await shown();
    const labels = ['activity-text', 'activity-day'].map(
      (id) => document.querySelector(`label[for=${id}]`)?.textContent,
    );
    expect(labels).toEqual(['Buscar', 'Día']);
  });

  it('says how a day is typed where it is none, and goes on showing every day', async () => {
    await shown();
    type('activity-day', '31/02/2026');
    await settled(300);
    expect(asked()?.day).toBeNull();
    expect(document.getElementById('activity-day')?.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById('activity-day-problem')?.textContent).toContain('24/11/2026');
    type('activity-day', '');
    expect(document.getElementById('activity-day-problem')).toBeNull();
  });

  it('gives older rows on demand, from the last one on, and follows what happens', async () => {
    vi.mocked(backend.activity).mockResolvedValueOnce({ rows: [row(9), row(8)], hasOlder: true, operators: ['lucia'] });
    await shown();
    vi.mocked(backend.activity).mockResolvedValueOnce({ rows: [row(7)], hasOlder: false, operators: ['lucia'] });
    document.getElementById('activity-older')?.click();
    await settled();
    expect(asked()).toMatchObject({ before: '8' });
    expect(document.querySelectorAll('#activity li')).toHaveLength(3);
    vi.mocked(backend.activity).mockResolvedValueOnce({
      rows: [row(10), row(9), row(8)],
      hasOlder: true,
      operators: ['lucia'],
    });
    await settled(10_000);
    expect([...activity.rows].map(({ happening }) => happening.number)).toEqual(['10', '9', '8', '7']);
  });

  it('leaves no gap where more was written meanwhile than is asked for at once', async () => {
    vi.mocked(backend.activity).mockResolvedValueOnce({ rows: [row(9), row(8)], hasOlder: true, operators: ['lucia'] });
    await shown();
    vi.mocked(backend.activity).mockResolvedValueOnce({
      rows: [row(400), row(399)],
      hasOlder: true,
      operators: ['lucia'],
    });
    await settled(10_000);
    expect([...activity.rows].map(({ happening }) => happening.number)).toEqual(['400', '399']);
    document.getElementById('activity-older')?.click();
    await settled();
    expect(asked()).toMatchObject({ before: '399' });
  });

  it('is not asked for by itself while somebody searches, nor refused while the desk is locked', async () => {
    await shown();
    type('activity-text', 'ramirez');
    await settled(300);
    const before = vi.mocked(backend.activity).mock.calls.length;
    await settled(30_000);
    expect(vi.mocked(backend.activity).mock.calls).toHaveLength(before);
    expect(waitsForUnlocking('activity')).toBe(true);
  });

  it('gives every result a drawing and a word, at the same place', async () => {
    const results = ['done', 'refused', 'not_sent', 'unknown', 'failed'] as const;
    vi.mocked(backend.activity).mockResolvedValueOnce({
      rows: results.map((result, index) => row(9 - index, { result })),
      hasOlder: false,
      operators: ['lucia'],
    });
    await shown();
    const marks = [...document.querySelectorAll('#activity li > .mark')];
    expect(marks.map((mark) => mark.textContent?.trim())).toEqual([
      'Se hizo',
      'Se rechazó',
      'No se envió',
      'Sin confirmar',
      'Falló aquí',
    ]);
    const drawings = marks.map((mark) => mark.querySelector('svg path')?.getAttribute('d'));
    expect(new Set(drawings).size).toBe(results.length);
    expect(drawings).not.toContain(undefined);
  });

  it('has a way out of its filters as soon as there is one, which goes with them', async () => {
    await shown();
    expect(document.getElementById('activity-clear')).toBeNull();
    for (const [id, value, event] of [
      ['activity-kind', 'money', 'change'],
      ['activity-result', 'refused', 'change'],
      ['activity-operator', 'lucia', 'change'],
      ['activity-day', '31/02/2026', 'input'],
      ['activity-text', 'ramirez', 'input'],
    ] as const) {
      type(id, value, event);
      await settled(300);
      document.getElementById('activity-clear')?.click();
      await settled(300);
      expect(asked(), id).toMatchObject({ kind: null, results: [], operator: null, day: null, text: '' });
      expect((document.getElementById('activity-day') as HTMLInputElement).value).toBe('');
      expect(document.getElementById('activity-clear')).toBeNull();
      expect(document.activeElement?.id).toBe('activity-text');
    }
  });

  it('offers the same way out where nothing was found', async () => {
    await shown();
    vi.mocked(backend.activity).mockResolvedValueOnce({ rows: [], hasOlder: false, operators: [] });
    type('activity-kind', 'secret', 'change');
    await settled();
    document.getElementById('activity-clear-none')?.click();
    await settled();
    expect(asked()).toMatchObject({ kind: null });
    expect(document.querySelectorAll('#activity li')).toHaveLength(2);
    expect(document.activeElement?.id).toBe('activity-text');
  });

  it('tells what is nobody’s without a name, and an empty record as such', async () => {
    vi.mocked(backend.activity).mockResolvedValueOnce({
      rows: [
        { ...row(9, { action: 'box_begun', cardId: null, reference: null }), cardholderId: null, displayName: null },
      ],
      hasOlder: false,
      operators: [],
    });
    await shown();
    expect(document.querySelector('#activity li .person')).toBeNull();
    vi.mocked(backend.activity).mockResolvedValue({ rows: [], hasOlder: false, operators: [] });
    type('activity-kind', 'secret', 'change');
    await settled();
    expect(document.getElementById('activity')?.textContent).toContain('Nada coincide');
    type('activity-kind', 'all', 'change');
    await settled();
    expect(document.getElementById('activity')?.textContent).toContain('Todavía no ha pasado nada');
  });
});
