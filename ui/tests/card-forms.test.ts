// The forms that change a card: sent once and never by Enter alone, what is wrong stands at its field and nothing typed is
// lost, and a card number leaves the page as soon as it was sent.
import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backend, type CardView, type ErrorView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import type { CardFormProps } from '../src/screens/card/card-actions';
import ActivateForm from '../src/screens/card/ActivateForm.svelte';
import BlockForm from '../src/screens/card/BlockForm.svelte';
import RenameForm from '../src/screens/card/RenameForm.svelte';
import AssociateForm from '../src/screens/cardholders/AssociateForm.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    activateCard: vi.fn(),
    blockCard: vi.fn(),
    unblockCard: vi.fn(),
    associateCard: vi.fn(),
    renameCard: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' } }),
}));

const card = (...notOffered: string[]) =>
  ({
    card: { cardId: '7', cardholderId: 'u1', lastFour: '4417', state: 'active', alias: null },
    actions: [{ action: 'block', notOffered: notOffered[0] ?? null, permission: null }],
  }) as unknown as CardView;

const error = (more: Partial<ErrorView>) =>
  new BackendError({
    code: 'gateway_refused',
    message: null,
    params: {},
    field: null,
    fields: [],
    retryable: false,
    reference: null,
    ...more,
  });

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  vi.clearAllMocks();
});

function show<Props extends Record<string, unknown>>(form: Component<Props>, props: Props): void {
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(form, { target: document.getElementById('here') as HTMLElement, props });
  flushSync();
}

const field = (id: string) => document.getElementById(id) as HTMLInputElement;
const button = (id: string) => document.getElementById(id) as HTMLButtonElement;

function type(id: string, text: string): void {
  field(id).value = text;
  field(id).dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

function leave(id: string): void {
  field(id).dispatchEvent(new FocusEvent('blur'));
  flushSync();
}

function press(id: string, more: KeyboardEventInit = {}): void {
  field(id).dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more }));
  flushSync();
}

const props = (more: Partial<CardFormProps> = {}): CardFormProps => ({
  card: card(),
  form: 'block',
  onchanged: vi.fn(),
  onrefused: vi.fn(),
  ...more,
});

function shownForm(given: CardFormProps): void {
  show(BlockForm as unknown as Component<Record<string, unknown>>, { ...given });
}

describe('unblocking a card', () => {
  const unblock = (...replacements: unknown[]) => {
    const view = { ...card(), actions: [{ action: 'unblock', notOffered: null, permission: null }], replacements };
    shownForm(props({ form: 'unblock', card: view as unknown as CardView }));
  };

  it('that was replaced says why and by which one, warns, and asks for a reason', () => {
    unblock({ oldCardId: '7', newLastFour: '5521', standing: 'finished', cause: 'stolen', reason: 'En el mercado' });
    const said = document.getElementById('unblock-replaced')?.textContent ?? '';
    for (const part of ['5521', 'Tarjeta robada', 'En el mercado']) expect(said).toContain(part);
    expect(field('reason').required || field('reason').getAttribute('aria-required') === 'true').toBe(true);
  });

  it('that replaces another one, or was never replaced, asks for no reason', () => {
    unblock({ oldCardId: '6', newCardId: '7', newLastFour: '4417', standing: 'finished', cause: 'lost', reason: null });
    expect(document.getElementById('unblock-replaced')).toBeNull();
    expect(field('reason').required || field('reason').getAttribute('aria-required') === 'true').toBe(false);
  });
});

describe('blocking a card', () => {
  it('is sent by Ctrl+Enter, once however often it is pressed, and not by Enter', async () => {
    let answer: (view: CardView) => void = () => undefined;
    vi.mocked(backend.blockCard).mockReturnValue(new Promise((done) => (answer = done)));
    const given = props();
    shownForm(given);
    type('reason', 'Robo');
    press('reason');
    expect(backend.blockCard).not.toHaveBeenCalled();
    press('reason', { ctrlKey: true });
    press('reason', { ctrlKey: true });
    expect(vi.mocked(backend.blockCard).mock.calls).toEqual([['7', 'Robo']]);
    answer(card());
    await vi.waitFor(() => expect(given.onchanged).toHaveBeenCalledOnce());
  });

  it('keeps what was typed where a field has to be mended, and asks for nothing anew', async () => {
    const problem = {
      field: 'reason',
      code: 'too_long',
      severity: 'error',
      params: { max: '200', actual: '300' },
    } as const;
    vi.mocked(backend.blockCard).mockRejectedValue(error({ code: 'fields_need_mending', fields: [problem] }));
    const given = props();
    shownForm(given);
    type('reason', 'x');
    button('block-submit').click();
    await vi.waitFor(() => expect(document.getElementById('reason-problem')).not.toBeNull());
    expect(field('reason').value).toBe('x');
    expect(given.onrefused).not.toHaveBeenCalled();
  });

  it('has the card asked for anew where the gateway refuses at a field', async () => {
    const problem = { field: 'reason', code: 'refused_by_gateway', severity: 'error', params: {} } as const;
    vi.mocked(backend.blockCard).mockRejectedValue(error({ fields: [problem] }));
    const given = props();
    shownForm(given);
    button('block-submit').click();
    await vi.waitFor(() => expect(given.onrefused).toHaveBeenCalledOnce());
    expect(document.getElementById('reason-problem')).not.toBeNull();
    expect(given.onchanged).not.toHaveBeenCalled();
  });

  it('has the card asked for anew where the gateway refuses, and says why', async () => {
    vi.mocked(backend.blockCard).mockRejectedValue(error({ params: { code: '7213' } }));
    const given = props();
    shownForm(given);
    button('block-submit').click();
    await vi.waitFor(() => expect(given.onrefused).toHaveBeenCalledOnce());
    expect(document.getElementById('block-failure')?.textContent).toContain('7213');
    expect(given.onchanged).not.toHaveBeenCalled();
  });

  it('names the permission that is missing and whom to ask', async () => {
    vi.mocked(backend.blockCard).mockRejectedValue(
      error({ code: 'gateway_forbidden', params: { permission: 'updateStatus' } }),
    );
    shownForm(props());
    button('block-submit').click();
    await vi.waitFor(() => expect(document.getElementById('block-failure')?.textContent).toContain('updateStatus'));
    expect(document.getElementById('block-failure')?.textContent).toContain('administrador');
  });

  it('can not be sent once it is not on offer any more, and says why', () => {
    const given = props({ card: card('card_blocked') });
    shownForm(given);
    expect(button('block-submit').disabled).toBe(true);
    press('reason', { ctrlKey: true });
    expect(backend.blockCard).not.toHaveBeenCalled();
    expect(document.body.textContent).toContain('La tarjeta está bloqueada');
  });
});

describe('associating a card', () => {
  const cardholder = {
    profile: { cardholderId: 'u1', displayName: 'Ana' },
    actions: [{ action: 'associate_card', notOffered: null, permission: null }],
  };
  const onrefused = vi.fn();
  const shown = () =>
    show(AssociateForm as unknown as Component<Record<string, unknown>>, {
      cardholder,
      onassociated: vi.fn(),
      onrefused,
    });

  it('lets go of the number once it was sent, and keeps it where the number itself has to be mended', async () => {
    const problem = { field: 'pan', code: 'pan_check_digit', severity: 'error', params: {} } as const;
    vi.mocked(backend.associateCard).mockRejectedValueOnce(error({ code: 'fields_need_mending', fields: [problem] }));
    shown();
    type('pan', '4111 1111 1111 1112');
    press('pan', { ctrlKey: true });
    await vi.waitFor(() => expect(document.getElementById('pan-problem')).not.toBeNull());
    expect(field('pan').value).toBe('4111 1111 1111 1112');
    expect(onrefused).not.toHaveBeenCalled();
    const refused = {
      ...problem,
      code: 'refused_by_gateway',
      params: { code: '7200', message: 'no such plastic' },
    } as const;
    vi.mocked(backend.associateCard).mockRejectedValueOnce(error({ fields: [refused] }));
    press('pan', { ctrlKey: true });
    await vi.waitFor(() => expect(document.getElementById('pan-problem')?.textContent).toContain('7200'));
    expect(field('pan').value).toBe('');
    const again = document.getElementById('associate-again');
    expect(again?.textContent).toContain('sea de esta empresa');
    expect(again?.textContent).toContain('escríbalo otra vez');
    // What happened is on record, and has to show.
    expect(onrefused).toHaveBeenCalledOnce();
    expect(document.activeElement?.id).toBe('error-summary');
    type('pan', '4111 1111 1111 1111');
    expect(document.getElementById('associate-again')).toBeNull();
    // The refusal was about another number.
    expect(document.getElementById('pan-problem')).toBeNull();
    vi.mocked(backend.associateCard).mockRejectedValueOnce(error({ code: 'gateway_timed_out' }));
    press('pan', { ctrlKey: true });
    await vi.waitFor(() => expect(document.getElementById('associate-failure')).not.toBeNull());
    expect(field('pan').value).toBe('');
  });

  it('looks at a field as it is left, and sums up only once it was sent', () => {
    shown();
    leave('pan');
    expect(document.getElementById('pan-problem')).toBeNull();
    type('pan', '4111 1111 1111 1112');
    leave('pan');
    expect(document.getElementById('pan-problem')?.textContent).toContain('dígito verificador');
    type('alias', 'x'.repeat(300));
    leave('alias');
    expect(document.getElementById('alias-problem')?.textContent).toContain('50');
    expect(document.getElementById('error-summary')).toBeNull();
    type('pan', '4111 1111 1111 1111');
    expect(document.getElementById('pan-problem')).toBeNull();
    expect(backend.associateCard).not.toHaveBeenCalled();
  });
});

describe('activating a card from the desk', () => {
  const refusedAt = (name: 'pan' | 'embossedName', code: string) =>
    error({
      field: name,
      fields: [{ field: name, code: 'refused_by_gateway', severity: 'error', params: { code, message: 'not so' } }],
    });

  function typed(): CardFormProps {
    const given = props({
      form: 'activate',
      card: { ...card(), embossedName: null } as unknown as CardView,
    });
    show(ActivateForm as unknown as Component<Record<string, unknown>>, { ...given });
    type('pan', '4000 0012 3456 4417');
    type('embossedName', 'OTRA PERSONA');
    return given;
  }

  it.each([
    ['embossedName', '7000'],
    ['pan', '7200'],
  ] as const)('has what the gateway refuses of %s at that field, and the focus there', async (name, code) => {
    vi.mocked(backend.activateCard).mockRejectedValue(refusedAt(name, code));
    const given = typed();
    press('embossedName', { ctrlKey: true });
    await vi.waitFor(() => {
      flushSync();
      expect(document.getElementById(`${name}-problem`)).not.toBeNull();
      expect(document.activeElement?.id).toBe(name);
    });
    const other = name === 'pan' ? 'embossedName' : 'pan';
    expect(document.getElementById(`${other}-problem`)).toBeNull();
    expect(document.getElementById('activate-failure')).toBeNull();
    expect(document.getElementById('error-summary')?.querySelector('a')?.getAttribute('href')).toBe(`#${name}`);
    // The number that was sent is gone, and the field says so; the name is mended where it stands.
    expect([field('pan').value, field('embossedName').value]).toEqual(['', 'OTRA PERSONA']);
    expect(document.body.textContent).toContain('El número no se guardó');
    expect(given.onrefused).toHaveBeenCalledOnce();
  });

  it('tells a wrong name in our words first, and the gateway’s own once, as its own', async () => {
    vi.mocked(backend.activateCard).mockRejectedValue(refusedAt('embossedName', '7000'));
    typed();
    press('embossedName', { ctrlKey: true });
    await vi.waitFor(() => expect(document.getElementById('embossedName-problem')).not.toBeNull());
    const told = document.getElementById('embossedName-problem')?.textContent ?? '';
    expect(told.trim()).toMatch(
      /^La pasarela no acepta «Nombre impreso en la tarjeta».*plástico.*palabras.*«not so»$/s,
    );
    expect(document.getElementById('error-summary')?.textContent).toContain('letra por letra');
    expect(document.body.textContent.split('not so')).toHaveLength(2);
  });

  it('has its advice before the gateway’s own words where no field is named', async () => {
    vi.mocked(backend.activateCard).mockRejectedValue(
      error({ code: 'gateway_refused', message: 'no such plastic', params: { code: '7200' } }),
    );
    typed();
    press('embossedName', { ctrlKey: true });
    await vi.waitFor(() =>
      expect(document.getElementById('activate-failure')?.textContent).toMatch(/7200.*Compare.*«no such plastic»/s),
    );
  });

  it('sums up what the desk finds before anything is sent, as every form does', async () => {
    const found = (name: 'pan' | 'embossedName') =>
      ({ field: name, code: 'missing', severity: 'error', params: {} }) as const;
    vi.mocked(backend.activateCard).mockRejectedValue(
      error({ code: 'fields_need_mending', fields: [found('pan'), found('embossedName')] }),
    );
    typed();
    press('embossedName', { ctrlKey: true });
    await vi.waitFor(() => {
      flushSync();
      expect(document.activeElement?.id).toBe('error-summary');
    });
    expect(field('pan').value).toBe('4000 0012 3456 4417');
    expect(document.body.textContent).not.toContain('El número no se guardó');
  });
});

describe('the alias of a card', () => {
  it('is told of as it is now, not as it was at the try before', async () => {
    const missing = { field: 'alias', code: 'missing', severity: 'error', params: {} } as const;
    vi.mocked(backend.renameCard).mockRejectedValue(error({ code: 'fields_need_mending', fields: [missing] }));
    show(RenameForm as unknown as Component<Record<string, unknown>>, { ...props() });
    button('rename-submit').click();
    await vi.waitFor(() => expect(document.getElementById('alias-problem')?.textContent).toContain('Falta'));
    type('alias', 'x'.repeat(300));
    expect(document.getElementById('alias-problem')?.textContent).not.toContain('Falta');
    expect(document.getElementById('alias-problem')?.textContent).toContain('300');
    type('alias', 'Gasolina');
    expect(document.getElementById('alias-problem')).toBeNull();
  });

  it('is sent with the one that was seen, and after somebody else’s with the one that was told', async () => {
    const told = error({ code: 'alias_changed', params: { alias: 'Gasolina' } });
    vi.mocked(backend.renameCard).mockRejectedValueOnce(told);
    const given = props();
    show(RenameForm as unknown as Component<Record<string, unknown>>, { ...given });
    type('alias', 'Viáticos');
    button('rename-submit').click();
    await vi.waitFor(() => expect(document.getElementById('rename-failure')?.textContent).toContain('«Gasolina»'));
    expect(backend.renameCard).toHaveBeenLastCalledWith('7', null, 'Viáticos');
    expect(given.onrefused).toHaveBeenCalledOnce();
    expect(field('alias').value).toBe('Viáticos');
    vi.mocked(backend.renameCard).mockResolvedValueOnce({ card: { alias: 'Viáticos' } } as CardView);
    button('rename-submit').click();
    await vi.waitFor(() => expect(given.onchanged).toHaveBeenCalledOnce());
    expect(backend.renameCard).toHaveBeenLastCalledWith('7', 'Gasolina', 'Viáticos');
  });
});

describe('what the desk finds in an alias', () => {
  const found = error({
    code: 'fields_need_mending',
    fields: [{ field: 'alias', code: 'alias_card_number', severity: 'error', params: {} }],
  });

  it.each([
    [
      'rename',
      () => show(RenameForm as unknown as Component<Record<string, unknown>>, { ...props({ form: 'rename' }) }),
    ],
    [
      'associate',
      () =>
        show(AssociateForm as unknown as Component<Record<string, unknown>>, {
          cardholder: { profile: { cardholderId: 'u1', displayName: 'Ramírez, Ana' }, actions: [] },
          onassociated: vi.fn(),
          onrefused: vi.fn(),
        }),
    ],
  ])('stays said where Ctrl+Enter sent it from the field itself (%s)', async (_, open) => {
    vi.mocked(backend.renameCard).mockRejectedValue(found);
    vi.mocked(backend.associateCard).mockRejectedValue(found);
    open();
    field('alias').focus();
    type('alias', '4556737586899855');
    press('alias', { ctrlKey: true });
    await vi.waitFor(() => {
      flushSync();
      expect(document.activeElement?.id).toBe('error-summary');
    });
    expect(document.getElementById('alias-problem')).not.toBeNull();
    leave('alias');
    expect(document.getElementById('alias-problem')).not.toBeNull();
    type('alias', 'Viáticos');
    expect(document.getElementById('alias-problem')).toBeNull();
  });
});
