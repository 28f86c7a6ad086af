// Making an invitation by keyboard: the first code brings its own buttons, and the focus goes to them.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { work } from '../src/lib/app/work.svelte';
import { backend, type ActionOffer } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import Register from '../src/screens/cardholders/Register.svelte';
import InvitationCode from '../src/screens/cardholders/InvitationCode.svelte';

vi.mock('../src/lib/backend', () => ({
  backend: {
    makeInvitation: vi.fn(),
    saveInvitation: vi.fn(),
    printInvitation: vi.fn(),
    printers: vi.fn(),
    checkInvited: vi.fn(() => Promise.resolve([])),
  },
}));
vi.mock('../src/screens/cardholders/directory.svelte', () => ({ directory: {} }));
const company = vi.hoisted(() => ({ actions: [] as ActionOffer[], refreshed: vi.fn(() => Promise.resolve()) }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({
    profile: { companyName: 'Quetzal', environment: 'practice' },
    settings: { printer: null },
    actions: company.actions,
  }),
  refreshSession: company.refreshed,
  changeSettings: () => Promise.resolve(),
}));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  forgetProfile();
  company.actions = [];
});

/** What a browser does with it: what is not prevented presses the button that has the focus. */
const pressed = (id: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more });
  return document.getElementById(id)?.dispatchEvent(event) === true;
};

describe('an invitation code', () => {
  it('is not made by the key that registers, which is the fields’ below', async () => {
    document.body.innerHTML = '<div id="here"></div>';
    const target = document.getElementById('here') as HTMLElement;
    mounted = mount(Register, { target, props: { mode: 'invitation' } });
    flushSync();
    expect(document.activeElement?.id).toBe('invitation-make');
    expect(pressed('invitation-make', { ctrlKey: true })).toBe(false);
    expect(backend.checkInvited).not.toHaveBeenCalled();
    expect(pressed('invitation-make')).toBe(true);
    pressed('invited-deviceId', { ctrlKey: true });
    await vi.waitFor(() => expect(backend.checkInvited).toHaveBeenCalledOnce());
  });

  it('that was made by keyboard has the focus on what it is copied with', async () => {
    vi.mocked(backend.makeInvitation).mockResolvedValue({ code: '7F3K-92QM-0TRW', expiresAt: null });
    document.body.innerHTML = '<div id="here"></div>';
    mounted = mount(InvitationCode, {
      target: document.getElementById('here') as HTMLElement,
      props: { onuse: vi.fn() },
    });
    flushSync();
    document.getElementById('invitation-make')?.focus();
    document.getElementById('invitation-make')?.click();
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('invitation-copy'));
  });

  it('that the company may not make is not on offer any more, and says which permission is missing', async () => {
    vi.mocked(backend.makeInvitation).mockRejectedValue(
      new BackendError({
        code: 'gateway_forbidden',
        message: null,
        params: { permission: 'USER_REGISTRATION' },
        field: null,
        fields: [],
        retryable: false,
        reference: null,
      }),
    );
    const shown = () => {
      document.body.innerHTML = '<div id="here"></div>';
      const target = document.getElementById('here') as HTMLElement;
      mounted = mount(InvitationCode, { target, props: { onuse: vi.fn() } });
      flushSync();
    };
    shown();
    document.getElementById('invitation-make')?.click();
    await vi.waitFor(() => expect(company.refreshed).toHaveBeenCalledOnce());
    if (mounted) await unmount(mounted);
    company.actions = [{ action: 'invite', notOffered: 'permission_missing', permission: 'USER_REGISTRATION' }];
    shown();
    expect((document.getElementById('invitation-make') as HTMLButtonElement).disabled).toBe(true);
    expect(document.getElementById('invitation-why')?.textContent).toContain('USER_REGISTRATION');
  });

  it('is saved as a PDF, and printed on the printer that was chosen', async () => {
    const made = { code: '7F3K-92QM-0TRW', expiresAt: null };
    vi.mocked(backend.makeInvitation).mockResolvedValue(made);
    vi.mocked(backend.saveInvitation).mockResolvedValue('/tmp/Invitación.pdf');
    const printer = { systemName: 'contabilidad', name: 'HP', takesJobs: true, trays: [], tray: null };
    vi.mocked(backend.printers).mockResolvedValue({ printers: [printer], problem: null } as never);
    vi.mocked(backend.printInvitation).mockResolvedValue({ state: 'done', words: [] } as never);
    document.body.innerHTML = '<div id="here"></div>';
    const target = document.getElementById('here') as HTMLElement;
    mounted = mount(InvitationCode, { target, props: { onuse: vi.fn() } });
    flushSync();
    document.getElementById('invitation-make')?.click();
    await vi.waitFor(() => expect(document.getElementById('invitation-save-pdf')).not.toBeNull());
    document.getElementById('invitation-save-pdf')?.click();
    expect(backend.saveInvitation).toHaveBeenCalledExactlyOnceWith(made);
    document.getElementById('invitation-print')?.click();
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('invitation-printer'));
    document.getElementById('invitation-print-now')?.click();
    await vi.waitFor(() => expect(document.getElementById('invitation-printing')).toBeNull());
    const to = { printer: 'contabilidad', tray: null, copies: 1 };
    expect(backend.printInvitation).toHaveBeenCalledExactlyOnceWith(made, to);
    expect(work.ended?.text()).toContain('HP');
  });
});
