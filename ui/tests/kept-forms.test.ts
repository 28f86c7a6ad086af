// What was typed into a form beside a card is there again after a look at another screen, as the frame takes the screen away and
// brings it back, and after somebody else was chosen: there, and nowhere else.
import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation, type CardForm } from '../src/lib/app/navigation.svelte';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { backend } from '../src/lib/backend';
import BlockForm from '../src/screens/card/BlockForm.svelte';
import { FundsFormState } from '../src/screens/card/funds-form.svelte';
import FundsForm from '../src/screens/card/FundsForm.svelte';
import Movements from '../src/screens/card/Movements.svelte';
import RenameForm from '../src/screens/card/RenameForm.svelte';
import StatementForm from '../src/screens/card/StatementForm.svelte';
import ReplaceForm from '../src/screens/replace/ReplaceForm.svelte';
import OnCardholders from './on-cardholders.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    blockCard: vi.fn(),
    draftFunds: vi.fn(),
    discardFunds: vi.fn(),
    replacementOfCard: vi.fn(),
    movements: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({
    profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' },
    settings: { lists: {} },
  }),
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({ directory: { refresh: () => Promise.resolve() } }));

type Form = Component<Record<string, unknown>>;
const FORMS: Array<[CardForm, string, Form]> = [
  ['block', 'reason', BlockForm as unknown as Form],
  ['unblock', 'reason', BlockForm as unknown as Form],
  ['rename', 'alias', RenameForm as unknown as Form],
  ['replace', 'reason', ReplaceForm as unknown as Form],
  ['load', 'funds-amount', FundsForm as unknown as Form],
];

const card = {
  card: { cardId: '7', cardholderId: 'u1', lastFour: '4417', state: 'active', alias: null, currency: 'GTQ' },
  actions: [],
  replacements: [],
};

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.mocked(backend.draftFunds).mockReturnValue(new Promise(() => undefined));
  vi.mocked(backend.replacementOfCard).mockResolvedValue(null);
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  forgetProfile();
});

function open(form: CardForm, cardId = '7'): void {
  navigation.openCard('u1', cardId);
  navigation.openCardForm(form);
}

async function show(form: CardForm, Form: Form, cardId = '7'): Promise<void> {
  if (mounted) await unmount(mounted);
  document.body.innerHTML = '<div id="here"></div>';
  const props = {
    card: { ...card, card: { ...card.card, cardId, issuedAt: null } },
    version: 0,
    form,
    kind: form,
    onchanged: vi.fn(),
    onrefused: vi.fn(),
    onoutcome: vi.fn(),
    onagain: vi.fn(),
  };
  mounted = mount(OnCardholders, { target: document.getElementById('here') as HTMLElement, props: { Form, props } });
  flushSync();
}

async function field(id: string): Promise<HTMLInputElement> {
  return vi.waitFor(() => {
    flushSync();
    const found = document.getElementById(id);
    expect(found).not.toBeNull();
    return found as HTMLInputElement;
  });
}

async function type(id: string, text: string): Promise<void> {
  const input = await field(id);
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

function look(): void {
  navigation.go('print-room');
  flushSync();
  expect(document.querySelector('input')).toBeNull();
}

describe.each(FORMS)('what was typed to %s a card', (form, id, Form) => {
  beforeEach(async () => {
    open(form);
    await show(form, Form);
    await type(id, '1250 de viáticos');
  });

  it('is there again after a look at another screen', async () => {
    look();
    navigation.go('cardholders');
    expect((await field(id)).value).toBe('1250 de viáticos');
  });

  it('is there again after somebody else was chosen, and nowhere else', async () => {
    navigation.showCardholder('u2');
    open(form, '8');
    await show(form, Form, '8');
    expect((await field(id)).value).toBe('');
    await type(id, 'de otra tarjeta');
    navigation.showCardholder('u1');
    open(form);
    await show(form, Form);
    expect((await field(id)).value).toBe('1250 de viáticos');
    open(form, '8');
    await show(form, Form, '8');
    expect((await field(id)).value).toBe('de otra tarjeta');
  });

  it('is gone once it was closed, or another form of the card was opened, after somebody else was chosen', async () => {
    for (const end of [() => navigation.closeCardForm(), () => navigation.openCardForm('verify_pin')]) {
      await type(id, '1250 de viáticos');
      navigation.showCardholder('u2');
      if (mounted) await unmount(mounted);
      mounted = undefined;
      open(form);
      end();
      navigation.showCardholder('u2');
      open(form);
      await show(form, Form);
      expect((await field(id)).value).toBe('');
    }
  });

  it('is gone once the form was closed', async () => {
    navigation.closeCardForm();
    await show(form, Form);
    navigation.openCardForm(form);
    await show(form, Form);
    expect((await field(id)).value).toBe('');
  });

  it('is gone once the card was opened anew', async () => {
    look();
    open(form);
    expect((await field(id)).value).toBe('');
  });

  it('is forgotten with the company', async () => {
    look();
    forgetProfile();
    open(form);
    expect((await field(id)).value).toBe('');
  });
});

describe('the month of a statement', () => {
  const thisMonths = async () => (await field('month')).value;

  beforeEach(async () => {
    open('statement');
    await show('statement', StatementForm as unknown as Form);
    await type('month', '03/2025');
  });

  it('is there again after a look at another screen', async () => {
    look();
    navigation.go('cardholders');
    expect(await thisMonths()).toBe('03/2025');
    expect(document.activeElement?.id).toBe('month');
  });

  it('is the usual one again once the form was closed, or the card opened anew', async () => {
    navigation.closeCardForm();
    await show('statement', StatementForm as unknown as Form);
    expect(await thisMonths()).not.toBe('03/2025');
    await type('month', '03/2025');
    open('statement');
    await show('statement', StatementForm as unknown as Form);
    expect(await thisMonths()).not.toBe('03/2025');
  });
});

describe('the months whose movements are on show', () => {
  const asked = () => vi.mocked(backend.movements).mock.lastCall?.[0];
  const movements = () => show('block', Movements as unknown as Form);
  const lookAndComeBack = () => {
    navigation.go('print-room');
    flushSync();
    navigation.go('cardholders');
    flushSync();
  };

  beforeEach(async () => {
    vi.mocked(backend.movements).mockReturnValue(new Promise(() => undefined));
    navigation.openCard('u1', '7');
    await movements();
    document.getElementById('month-before')?.click();
    flushSync();
  });

  it('are there again after a look at another screen, and this month’s once the card was opened anew', () => {
    const before = asked();
    lookAndComeBack();
    expect(vi.mocked(backend.movements)).toHaveBeenCalledTimes(3);
    expect(asked()).toEqual(before);
    navigation.openCard('u1', '7');
    lookAndComeBack();
    expect(asked()).not.toEqual(before);
  });
});

it('what was sent is not there to be sent once more', async () => {
  vi.mocked(backend.blockCard).mockReturnValue(new Promise(() => undefined));
  open('block');
  await show('block', BlockForm as unknown as Form);
  await type('reason', 'Cliente lo pidió');
  document.getElementById('block-submit')?.closest('form')?.requestSubmit();
  flushSync();
  expect(backend.blockCard).toHaveBeenCalledOnce();
  look();
  navigation.go('cardholders');
  expect((await field('reason')).value).toBe('');
});

it('a PIN’s form begins anew after somebody else was chosen: whose PIN it was to be is chosen again', () => {
  open('set_pin');
  const before = navigation.cardFormOpening;
  navigation.showCardholder('u2');
  open('set_pin');
  expect(navigation.cardFormOpening).not.toBe(before);
});

it('a kept amount is typed over, not on', async () => {
  open('load');
  await show('load', FundsForm as unknown as Form);
  await type('funds-amount', '500');
  look();
  navigation.go('cardholders');
  const amount = await field('funds-amount');
  expect([document.activeElement, amount.selectionStart, amount.selectionEnd]).toEqual([amount, 0, 3]);
});

it('shows where the next key goes, where a transfer comes back with its card chosen', async () => {
  open('transfer');
  const before = new FundsFormState('7', 'transfer');
  before.toCardId = '9';
  before.toCard = { cardId: '9', lastFour: '0998', name: 'Calel', document: '', state: 'active', isCertain: true };
  await before.close();
  await show('transfer', FundsForm as unknown as Form);
  const change = await field('funds-to-card');
  expect(change).toBeInstanceOf(HTMLButtonElement);
  expect(document.activeElement).toBe(change);
  expect(change.hasAttribute('data-shows-focus')).toBe(true);
});
