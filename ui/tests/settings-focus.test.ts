// The settings by keyboard: what is closed gives the focus back to what opened it.
import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import Companies from '../src/screens/settings/Companies.svelte';
import { connect } from '../src/screens/settings/connect.svelte';
import PracticeSettings from '../src/screens/settings/PracticeSettings.svelte';
import { profileView } from './records';

const PROFILE = profileView();
vi.mock('../src/lib/backend', () => ({ backend: {} }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profiles: [PROFILE], profile: PROFILE, counts: { needsAttention: 0 } }),
}));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  connect.close();
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function show(screen: Component): void {
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(screen, { target: document.getElementById('here') as HTMLElement });
  flushSync();
}
async function press(id: string): Promise<void> {
  document.getElementById(id)?.focus();
  document.getElementById(id)?.click();
  await settle();
}
async function escape(): Promise<void> {
  currentActions()
    .findLast(({ keys }) => keys === 'close')
    ?.run();
  await settle();
}
async function settle(): Promise<void> {
  flushSync();
  await new Promise((done) => setTimeout(done));
  flushSync();
}
const focused = () => document.activeElement?.id;

describe('the settings', () => {
  it('give the focus back to the company whose form is closed, or to what connects one', async () => {
    show(Companies);
    await press('profile-p-1');
    expect(focused()).toBe('companyName');
    await escape();
    expect(focused()).toBe('profile-p-1');
    await press('profile-add');
    expect(focused()).toBe('environment-qa');
    await escape();
    expect(focused()).toBe('profile-add');
  });

  it('ask before a company is removed where Tab finds the answers, and Escape keeps it', async () => {
    show(Companies);
    await press('profile-p-1');
    await press('profile-delete');
    expect(document.activeElement?.querySelector('#profile-delete-confirm')).not.toBeNull();
    await escape();
    expect(focused()).toBe('profile-delete');
    expect(connect.form?.id).toBe('p-1');
  });

  it('leave starting over where it was begun', async () => {
    show(PracticeSettings);
    await press('practice-start-over');
    expect(focused()).toBe('practice-word');
    await escape();
    expect(focused()).toBe('practice-start-over');
  });
});
