// Cards of other people on a cardholder's page: linked, renamed and unlinked by keyboard, and told plainly what the gateway
// or a second operator says to it.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { backend, type ActionOffer, type ErrorView, type LinkedCardView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { t } from '../src/lib/i18n/index.svelte';
import LinkedCards from '../src/screens/cardholders/LinkedCards.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    linkedCards: vi.fn(),
    checkLink: vi.fn(),
    linkCard: vi.fn(),
    renameLinkedCard: vi.fn(),
    unlinkCard: vi.fn(),
  },
}));
vi.mock('../src/lib/app/session.svelte', () => ({ session: () => ({ profile: { environment: 'practice' } }) }));

const list = vi.mocked(backend.linkedCards);
const link = vi.mocked(backend.linkCard);
const rename = vi.mocked(backend.renameLinkedCard);
const unlink = vi.mocked(backend.unlinkCard);

const mama: LinkedCardView = {
  associationId: 'a-1',
  ownerEmail: 'marta@ejemplo.gt',
  lastFour: '0932',
  alias: 'Mamá',
  linkedAt: '2026-11-24T16:00:00Z',
};

function failure(code: ErrorView['code'], more: Partial<ErrorView> = {}): BackendError {
  return new BackendError({
    code,
    message: null,
    params: {},
    field: null,
    fields: [],
    retryable: false,
    reference: null,
    ...more,
  });
}

let mounted: ReturnType<typeof mount> | undefined;
const changed = vi.fn();
let offers: ActionOffer[] = [];

beforeEach(() => {
  for (const command of Object.values(backend)) vi.mocked(command).mockReset();
  vi.mocked(backend.checkLink).mockResolvedValue([]);
  changed.mockReset();
  offers = [];
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

async function open(...cards: LinkedCardView[]): Promise<void> {
  list.mockResolvedValue(cards);
  document.body.innerHTML = '<div id="here"></div>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(LinkedCards, { target, props: { cardholderId: 'u1', actions: offers, onchanged: changed } });
  await vi.waitFor(() => expect(document.querySelector('#linked-cards li, #linked-cards .none')).not.toBeNull());
}

function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll<HTMLButtonElement>('#linked-cards button')].find(
    (each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim().startsWith(name) && !each.disabled,
  );
  if (!found) throw new Error(`no button «${name}»`);
  return found;
}

function press(name: string): void {
  button(name).click();
  flushSync();
}

function type(id: string, text: string): void {
  const input = document.getElementById(id) as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

describe('the linked cards', () => {
  it('of the cardholder’s own need no link: that is said at the e-mail before anything is sent', async () => {
    list.mockResolvedValue([]);
    document.body.innerHTML = '<div id="here"></div>';
    const target = document.getElementById('here') as HTMLElement;
    mounted = mount(LinkedCards, {
      target,
      props: { cardholderId: 'u1', ownEmail: 'ana@ejemplo.gt', actions: [], onchanged: changed },
    });
    await vi.waitFor(() => expect(document.querySelector('#linked-cards .none')).not.toBeNull());
    press('Vincular');
    type('link-ownerEmail', ' Ana@Ejemplo.gt');
    flushSync();
    expect(document.getElementById('link-ownerEmail-problem')?.textContent).toContain('misma persona');
    type('link-ownerEmail', 'marta@ejemplo.gt');
    flushSync();
    expect(document.getElementById('link-ownerEmail-problem')).toBeNull();
  });

  it('say so when there are none', async () => {
    await open();
    expect(document.querySelector('.none')?.textContent).toContain('Ninguna tarjeta');
  });

  it('are linked with what was typed, and the list is read again', async () => {
    await open();
    press('Vincular una tarjeta');
    expect(document.activeElement?.id).toBe('link-ownerEmail');
    type('link-ownerEmail', 'marta@ejemplo.gt');
    type('link-lastFour', '0932');
    type('link-alias', 'Mamá');
    flushSync();
    list.mockResolvedValue([mama]);
    link.mockResolvedValue(null);
    press('Vincular ••••');
    await vi.waitFor(() => expect(document.querySelector('[data-association-id="a-1"]')).not.toBeNull());
    expect(link).toHaveBeenCalledExactlyOnceWith({
      cardholderId: 'u1',
      ownerEmail: 'marta@ejemplo.gt',
      lastFour: '0932',
      alias: 'Mamá',
    });
    expect(document.getElementById('link-form')).toBeNull();
    expect(changed).toHaveBeenCalledOnce();
  });

  it.each([
    ['gateway_not_found', '7220', 'no encuentra una tarjeta'],
    ['gateway_refused', '7221', 'no pudo crear el vínculo'],
  ] as const)('keep the form when the gateway says %s %s', async (code, number, told) => {
    await open();
    press('Vincular una tarjeta');
    type('link-ownerEmail', 'marta@ejemplo.gt');
    link.mockRejectedValue(failure(code, { params: { code: number }, message: 'no' }));
    press('Vincular');
    await vi.waitFor(() => expect(document.getElementById('link-failure')?.textContent).toContain(told));
    expect(document.getElementById('link-failure')?.textContent).toContain(number);
    expect((document.getElementById('link-ownerEmail') as HTMLInputElement).value).toBe('marta@ejemplo.gt');
    expect(changed).not.toHaveBeenCalled();
  });

  it('are renamed in their row; a wrong alias is told there and nothing is lost', async () => {
    await open(mama);
    press('Cambiar el alias de Mamá');
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('alias-a-1'));
    type('alias-a-1', ' ');
    rename.mockRejectedValueOnce(
      failure('fields_need_mending', { fields: [{ field: 'alias', code: 'missing', severity: 'error', params: {} }] }),
    );
    press('Guardar alias');
    await vi.waitFor(() => expect(document.getElementById('alias-a-1-problem')?.textContent).toContain('Alias'));
    rename.mockResolvedValue(null);
    type('alias-a-1', 'Mami');
    press('Guardar alias');
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(rename).toHaveBeenLastCalledWith({
      cardholderId: 'u1',
      associationId: 'a-1',
      aliasSeen: 'Mamá',
      alias: 'Mami',
    });
    // Back where it was begun, in its own row.
    expect(document.activeElement?.getAttribute('aria-label')).toContain('Cambiar el alias');
  });

  it('are unlinked only after a confirmation', async () => {
    await open(mama);
    press('Desvincular Mamá');
    await vi.waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Desvincular'));
    expect(unlink).not.toHaveBeenCalled();
    unlink.mockResolvedValue(null);
    list.mockResolvedValue([]);
    (document.activeElement as HTMLButtonElement).click();
    await vi.waitFor(() => expect(document.querySelector('.none')).not.toBeNull());
    expect(unlink).toHaveBeenCalledExactlyOnceWith('u1', 'a-1');
    expect(changed).toHaveBeenCalledOnce();
  });

  it('that somebody else unlinked before are told plainly, and the list is the new one', async () => {
    await open(mama);
    press('Desvincular Mamá');
    await vi.waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Desvincular'));
    unlink.mockRejectedValue(failure('link_gone'));
    list.mockResolvedValue([]);
    (document.activeElement as HTMLButtonElement).click();
    await vi.waitFor(() =>
      expect(document.getElementById('linked-told')?.textContent).toContain('ya no estaba vinculada'),
    );
    expect(document.querySelector('[data-association-id]')).toBeNull();
    expect(changed).not.toHaveBeenCalled();
  });

  it('that the company may not change are not on offer, by button or key, and say which permission is missing', async () => {
    const denied = (action: ActionOffer['action'], permission: string | null): ActionOffer => ({
      action,
      notOffered: 'permission_missing',
      permission,
    });
    offers = [denied('link_card', 'linkCards'), denied('unlink_card', null)];
    await open(mama);
    const linking = document.getElementById('link-card') as HTMLButtonElement;
    expect([linking.disabled, linking.title]).toEqual([
      true,
      t('not_offered.permission_named', { permission: 'linkCards' }),
    ]);
    expect(currentActions().find(({ id }) => id === 'link-card')?.notOffered).toContain('linkCards');
    expect(document.querySelector<HTMLButtonElement>('[aria-label^="Desvincular Mamá"]')?.title).toBe(
      t('not_offered.permission_missing'),
    );
    press('Cambiar el alias de Mamá');
  });

  it('are renamed and unlinked from the palette too, each by its name', async () => {
    await open(mama);
    const found = (id: string) => currentActions().find((action) => action.id === id);
    expect(found('rename-link-a-1')?.parameters?.card).toContain('Mamá');
    found('unlink-a-1')?.run();
    await vi.waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Desvincular'));
    expect(found('rename-link-a-1')).toBeUndefined();
    expect(unlink).not.toHaveBeenCalled();
  });

  it('ask what is on offer again once one of it was denied', async () => {
    await open(mama);
    press('Desvincular Mamá');
    await vi.waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Desvincular'));
    unlink.mockRejectedValue(failure('gateway_forbidden'));
    (document.activeElement as HTMLButtonElement).click();
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  });

  it('leave what was begun with Escape, and keep the page open', async () => {
    await open(mama);
    press('Desvincular Mamá');
    await vi.waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Desvincular'));
    expect(document.querySelectorAll('#linked-cards [aria-keyshortcuts="Escape"]')).toHaveLength(1);
    const escape = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(escape);
    expect(escape.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toContain('Desvincular'));
    expect(unlink).not.toHaveBeenCalled();
  });

  it('that can’t be read say why and offer to try again', async () => {
    list.mockRejectedValue(failure('gateway_not_connected', { retryable: true }));
    document.body.innerHTML = '<div id="here"></div>';
    const target = document.getElementById('here') as HTMLElement;
    mounted = mount(LinkedCards, { target, props: { cardholderId: 'u1', actions: [], onchanged: changed } });
    await vi.waitFor(() => expect(document.querySelector('[role="alert"]')).not.toBeNull());
    list.mockResolvedValue([mama]);
    press('Intentar de nuevo');
    await vi.waitFor(() => expect(document.querySelector('[data-association-id]')).not.toBeNull());
  });
});
