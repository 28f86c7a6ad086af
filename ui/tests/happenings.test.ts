// What happened: in words of both languages, told of whoever did it, filtered where it is kept, older ones on demand.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HappeningsPage, HappeningsRequest, HappeningView } from '../src/lib/backend';
import { navigation } from '../src/lib/app/navigation.svelte';
import { foldForSearch } from '../src/lib/i18n/fold';
import { t } from '../src/lib/i18n/index.svelte';
import { HAPPENING, REPLACEMENT_CAUSE } from '../src/lib/i18n/words';
import Happenings from '../src/screens/happenings/Happenings.svelte';
import { actionsWith, figureAsKept, ROWS_AT_A_TIME } from '../src/screens/happenings/happenings.svelte';

const happenings = vi.hoisted(() => vi.fn());
vi.mock('$lib/backend', () => ({ backend: { happenings } }));

const row = (more: Partial<HappeningView>): HappeningView => ({
  number: '7',
  at: '2026-11-24T16:00:00Z',
  operator: 'lucia',
  action: 'funds_loaded',
  result: 'done',
  cardId: '48213',
  reference: null,
  serial: null,
  detail: null,
  note: null,
  sides: null,
  corrects: null,
  makesAgain: null,
  settledAs: null,
  sentTo: null,
  ...more,
});

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});
beforeEach(() => {
  happenings.mockReset();
});

const settled = () => new Promise((done) => setTimeout(done, 0));

async function shown(answer: (request: HappeningsRequest) => HappeningsPage): Promise<void> {
  happenings.mockImplementation((request: HappeningsRequest) => Promise.resolve(answer(request)));
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(Happenings, { target, props: { cardholderId: 'u1', cards: [], version: 0 } });
  flushSync();
  await settled();
  flushSync();
}

async function told(action: HappeningView['action'], more: Partial<HappeningView> = {}): Promise<string> {
  await shown(() => ({ rows: [row({ action, ...more })], hasOlder: false }));
  return document.querySelector('li')?.textContent ?? '';
}

describe('every action of the record', () => {
  // The shell's own list: an action that is added there and has no words here fails.
  const bindings = readFileSync(join(import.meta.dirname, '../src/lib/backend/bindings.ts'), 'utf8');
  const declared = /export type HappeningAction =([\s\S]*?);\n/.exec(bindings)?.[1] ?? '';
  const actions = [...declared.matchAll(/^\s*\|?\s*"(\w+)"/gm)].map(([, word]) => word ?? '');
  const read = (language: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, `../src/messages/${language}.json`), 'utf8')) as Record<
      string,
      string
    >;
  const catalogues = { es: read('es'), en: read('en') };

  it('is known here', () => {
    expect(actions.length).toBeGreaterThan(15);
    expect(Object.keys(HAPPENING).sort()).toEqual([...actions].sort());
  });

  it.each(Object.entries(HAPPENING))('%s has words in both languages', (_, key) => {
    expect(catalogues.es[key]?.trim()).toBeTruthy();
    expect(catalogues.en[key]?.trim()).toBeTruthy();
  });
});

describe('what happened', () => {
  it('is not told as the operator’s deed where a card was only seen in another state', async () => {
    const text = await told('card_state_changed', { detail: 'INACTIVE → ACTIVE' });
    expect(text).toContain('visto en la pasarela');
    expect(text).not.toContain('lucia');
  });

  it('names whoever did it', async () => {
    expect(await told('card_activated')).toContain('lucia');
  });

  it.each(['card_associated', 'card_activated', 'pin_verified', 'pin_set', 'card_issued', 'cvv_revealed'] as const)(
    'does not tell %s as done where it was refused',
    async (action) => {
      const text = await told(action, { result: 'refused' });
      expect(text).toContain('Se rechazó');
      expect(text).not.toMatch(/asociada|activada|verificado|asignado|emitida|mostrado/);
    },
  );

  it('tells a permission that is missing in the operator’s language', async () => {
    const detail = '10.00 GTQ: FORBIDDEN: The application lacks the permission addFunds.';
    const text = await told('funds_loaded', { result: 'refused', detail });
    expect(text).toContain('Q 10.00: A la empresa le falta el permiso addFunds.'.replace(' ', '\u00a0'));
    expect(text).not.toMatch(/FORBIDDEN|application/);
  });

  it('tells why an insert was voided in the operator’s language, where a replacement left its cause alone', async () => {
    const text = await told('insert_voided', { serial: '0042-017', detail: 'damaged' });
    expect(text).toContain(t(REPLACEMENT_CAUSE.damaged));
    expect(text).not.toContain('damaged');
  });

  it('names the operation that a correction takes back', async () => {
    const text = await told('funds_withdrawn', { reference: 'CD-7F3K-92QM', corrects: 'CD-2W8P-5HNA' });
    expect(text).toContain(t('link.corrects', { reference: 'CD-2W8P-5HNA' }));
  });

  it('names the operation that another makes again', async () => {
    const text = await told('funds_loaded', { reference: 'CD-7F3K-92QM', makesAgain: 'CD-2W8P-5HNA' });
    expect(text).toContain(t('link.makes_again', { reference: 'CD-2W8P-5HNA' }));
  });

  it('says how an outcome that was open was settled', async () => {
    expect(await told('operation_settled', { settledAs: 'applied' })).toContain('sí se aplicó');
    expect(await told('operation_settled', { settledAs: 'not_applied' })).toContain('no se aplicó');
  });

  it('leads to its operation among those of its card', async () => {
    await told('funds_loaded', { reference: 'CD-7F3K-92QM' });
    document.querySelector<HTMLElement>('button.reference')?.click();
    expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'u1', cardId: '48213' });
    expect(navigation.wantedOperation).toBe('CD-7F3K-92QM');
    navigation.forget();
  });

  it('brings older rows below those that are there, and says when there are none', async () => {
    await shown(({ before }) =>
      before === null
        ? { rows: [row({ number: '9' }), row({ number: '8' })], hasOlder: true }
        : { rows: [row({ number: '7' })], hasOlder: false },
    );
    document.getElementById('happenings-older')?.click();
    await settled();
    flushSync();
    expect(happenings.mock.lastCall?.[0]).toMatchObject({ before: '8', limit: ROWS_AT_A_TIME });
    expect(document.querySelectorAll('li')).toHaveLength(3);
    expect(document.getElementById('happenings-older')).toBeNull();
  });

  it('asks for one kind and one result', async () => {
    await shown(() => ({ rows: [], hasOlder: false }));
    const choose = (id: string, value: string) => {
      const select = document.getElementById(id) as HTMLSelectElement;
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    };
    choose('happenings-kind', 'secret');
    choose('happenings-result', 'refused');
    await settled();
    expect(happenings.mock.lastCall?.[0]).toMatchObject({ kind: 'secret', results: ['refused'], cardId: null });
    flushSync();
    expect(document.querySelector('[role=status]')?.textContent).toContain('Nada coincide');
  });

  it('finds an action by its words in the language on show, whatever their accents', () => {
    expect(actionsWith('BLOQUEO DE LA TARJ')).toContain('card_blocked');
    expect(actionsWith('reposicion')).toContain('replacement_begun');
    expect(actionsWith('pdf')).toContain('insert_printed');
    expect(actionsWith('  ')).toEqual([]);
  });
});

describe('an amount that is searched for', () => {
  it.each([
    ['5,675', '5675'],
    ['5,675.00', '5675'],
    ['Q 5,675.50', '5675.5'],
    ['1,234,567.8', '1234567.8'],
    ['250', '250'],
  ])('%s is asked for as the record writes it', (typed, asked) => {
    expect(figureAsKept(typed)).toBe(asked);
  });

  it.each(['', 'pedro', '5,67', '12,3456', 'CD-7F3K-92QM', '4417 gasolina', '1.2.3', '12/2026'])(
    '%j is no amount, and stays as it is',
    (typed) => {
      expect(figureAsKept(typed)).toBe(typed);
    },
  );
});

describe('the search of what happened', () => {
  it('is emptied by Escape, which leaves the card only once nothing is typed', async () => {
    await shown(() => ({ rows: [row({})], hasOlder: false }));
    const input = document.getElementById('happenings-text') as HTMLInputElement;
    let left = 0;
    const leave = (event: KeyboardEvent) => void (left += event.key === 'Escape' ? 1 : 0);
    addEventListener('keydown', leave);
    const escape = () => {
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
      flushSync();
    };
    input.value = 'bloqueo';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    escape();
    expect(input.value).toBe('');
    expect(left).toBe(0);
    await settled();
    expect(happenings.mock.lastCall?.[0]).toMatchObject({ text: '' });
    escape();
    expect(left).toBe(1);
    removeEventListener('keydown', leave);
  });
});

describe('an insert that was made', () => {
  const made = [
    row({ number: '3', action: 'insert_printed', serial: '0042-003', sentTo: 'file' }),
    row({ number: '2', action: 'insert_printed', serial: '0042-002', sentTo: 'printer' }),
    row({ number: '1', action: 'insert_printed', serial: '0042-001' }),
  ];
  // As the shell answers: all of the actions that are named.
  const search = async (typed: string) => {
    await shown(({ text, textActions }) => ({
      rows: made.filter(({ action, serial }) => textActions.includes(action) || serial?.includes(text)),
      hasOlder: false,
    }));
    const input = document.getElementById('happenings-text') as HTMLInputElement;
    const before = happenings.mock.calls.length;
    input.value = typed;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await vi.waitFor(() => expect(happenings.mock.calls.length).toBeGreaterThan(before));
    await settled();
    flushSync();
    return [...document.querySelectorAll('li')].map((line) => /0042-\d+/.exec(line.textContent)?.[0]);
  };

  it.each([
    ['PDF', ['0042-003']],
    ['guardado como', ['0042-003']],
    ['inserto impreso', ['0042-002', '0042-001']],
    ['impreso o guardado', ['0042-001']],
    ['inserto', ['0042-003', '0042-002', '0042-001']],
    ['0042-002', ['0042-002']],
  ])('is found by %s, as it is shown', async (typed, serials) => {
    expect(await search(typed)).toEqual(serials);
  });
});

describe('a transfer', () => {
  const side = (cardId: string, cardholderDisplayName: string, lastFour: string, alias: string | null = null) => ({
    cardId,
    known: { cardholderId: `u-${cardId}`, cardholderDisplayName, lastFour, alias },
  });
  const transfer = (number: number, to = side('2', 'Ajcalón, María', '2509', 'Viáticos Petén')) =>
    row({
      number: String(number),
      action: 'funds_transferred',
      detail: '250.00 GTQ',
      sides: { from: side('1', 'De Calel, Tomás', '0998'), to },
    });
  const other = side('3', 'Xol, Pedro', '7777');

  /** As the shell answers: what has the text in it, and all of the actions that are named; two at a time. */
  const record = (rows: HappeningView[]) => (request: HappeningsRequest) => {
    const { before, text, textActions } = request;
    const found = rows.filter(
      (each) =>
        (before === null || Number(each.number) < Number(before)) &&
        (text === '' ||
          textActions.includes(each.action) ||
          foldForSearch(`${each.operator} ${each.detail} ${each.note}`).includes(foldForSearch(text))),
    );
    return { rows: found.slice(0, 2), hasOlder: found.length > 2 };
  };
  const search = async (rows: HappeningView[], typed: string) => {
    await shown(record(rows));
    const input = document.getElementById('happenings-text') as HTMLInputElement;
    input.value = typed;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    const before = happenings.mock.calls.length;
    await vi.waitFor(() => expect(happenings.mock.calls.length).toBeGreaterThan(before));
    await settled();
    flushSync();
    return [...document.querySelectorAll('li')].map((line) => line.textContent);
  };

  it.each(['2509', '•••• 2509', 'ajcalon', 'María Ajcalón', 'viaticos peten', 'calel 2509'])(
    'is found by %s: the other card, its alias, and whose it is',
    async (typed) => {
      const found = await search([transfer(9, other), transfer(8, other), transfer(7), row({ number: '6' })], typed);
      expect(found).toHaveLength(1);
      expect(found[0]).toContain('Ajcalón, María');
    },
  );

  it('is not found by what neither it nor its cards have, and what has it in the record still is', async () => {
    const found = await search(
      [transfer(9), row({ number: '8', action: 'card_blocked', detail: 'pérdida' }), transfer(7)],
      'pérdida',
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('pérdida');
  });

  it.each(['nohemi', 'NOHEMÍ', 'extravio'])(
    'is no different from anything else that %s finds without accents',
    async (typed) => {
      const detail = 'Extravío: la entregó Nohemí';
      const found = await search([transfer(9), row({ number: '8', detail }), row({ number: '7' })], typed);
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(detail);
    },
  );

  it('is found by its note, as any other money is', async () => {
    const noted = { ...transfer(9, other), note: 'Caja chica' };
    const load = row({ number: '7', action: 'funds_loaded', detail: '10.00 GTQ', note: 'caja de mayo' });
    expect(await search([noted, transfer(8), load], 'caja')).toHaveLength(2);
  });

  it('is found by its amount as before', async () => {
    expect(await search([transfer(9), row({ number: '8', detail: '10.00 GTQ' })], '250')).toHaveLength(1);
  });
});
