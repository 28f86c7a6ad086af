// Making an invitation by keyboard: the first code brings its own buttons, and the focus goes to them.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { backend } from '../src/lib/backend';
import InvitationCode from '../src/screens/cardholders/InvitationCode.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { makeInvitation: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({ session: () => ({ profile: { companyName: 'Quetzal' } }) }));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  forgetProfile();
});

describe('an invitation code', () => {
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
});
