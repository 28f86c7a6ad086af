// Why an operation has no outcome is told in the operator's language, whatever the program or the gateway wrote down.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AttentionRow, OperationView } from '../src/lib/backend';
import { causeText, reasonOf } from '../src/lib/i18n/causes';
import { setLanguage } from '../src/lib/i18n/index.svelte';
import AttentionCard from '../src/screens/attention/AttentionCard.svelte';

const nothing = { gatewayCode: null, cause: null, detail: null } as const;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  await setLanguage('es');
});

describe('why an operation stands where it stands', () => {
  it('is told in both languages by what came in between, with the gateway’s words as a detail', async () => {
    const told = () => reasonOf({ ...nothing, cause: 'fault', detail: 'upstream' });
    expect(told()).toEqual({
      text: 'Falló la pasarela, o algo que está delante de ella.',
      detail: 'En palabras de la pasarela: «upstream»',
    });
    await setLanguage('en');
    expect(told()?.text).toBe('The gateway, or something before it, failed.');
  });

  it('is the gateway’s code before all, and a person’s own words stay theirs', () => {
    expect(reasonOf({ ...nothing, gatewayCode: '7003', cause: 'fault', detail: 'contact support' })?.text).toContain(
      '(7003)',
    );
    expect(reasonOf({ ...nothing, detail: 'El emisor dice que no' })).toEqual({ text: 'El emisor dice que no' });
    expect(reasonOf(nothing)).toBeUndefined();
  });

  it('takes no word for a cause that is none', () => {
    expect(causeText('toString')).toBeUndefined();
    expect(causeText(null)).toBeUndefined();
  });

  it('stands so where an outcome needs attention', () => {
    const operation = {
      reference: 'CD-1',
      kind: 'load',
      state: 'unknown',
      amount: '5.00',
      currency: 'GTQ',
      note: null,
    };
    const row = {
      operation: {
        ...operation,
        ...nothing,
        cause: 'timed_out',
        draftedAt: '',
        changedAt: '',
      } as unknown as OperationView,
      card: null,
      toCard: null,
      cardholderDisplayName: '',
      cardsBefore: [],
      newCards: [],
      similar: [],
      lastLook: null,
      shownAt: null,
      nextLookAt: null,
      certainFrom: '2026-11-24T18:00:00Z',
    } as unknown as AttentionRow;
    const props = {
      row,
      settlingTimeMinutes: 2,
      looking: false,
      onlook: vi.fn(),
      onsettled: vi.fn(),
      onoutdated: vi.fn(),
    };
    mounted = mount(AttentionCard, { target: document.body, props });
    flushSync();
    expect(document.body.textContent).toContain('La pasarela no respondió a tiempo.');
  });

  it('that is a proof is told in the operator’s language, also where the movement has no id', () => {
    const told = (detail: string) => reasonOf({ gatewayCode: null, cause: null, detail })?.text;
    expect(told('movement m-91 of 2026-11-24T16:00:00Z')).toMatch(/^Movimiento m-91 del 24 nov 2026/);
    expect(told('movement 2026-11-24T16:00:00Z of 2026-11-24T16:00:00Z')).toMatch(/^Movimiento del 24 nov 2026/);
    expect(told('transfer 907')).toBe('Transferencia 907');
    expect(told('movement of furniture')).toBe('movement of furniture');
  });

  it('that is a card is told in both languages, and a person’s own words about one stay theirs', async () => {
    const told = (detail: string) => reasonOf({ gatewayCode: null, cause: null, detail })?.text;
    expect(told('card 48215')).toBe('Tarjeta 48215');
    expect(told('card lost')).toBe('card lost');
    await setLanguage('en');
    expect(told('card 48215')).toBe('Card 48215');
  });
});
