// The lock of the window, as the page sees it: whether it is set up, and the cover over everything while it is closed. Whether
// the desk is locked is decided in Rust; the page covers itself at once, before it asks, and only a passphrase that the desk has
// taken uncovers it. The lock screen and the watch over idle time are fetched when they are first needed.

import { mount, unmount } from 'svelte';
import { backend, type LockView } from '$lib/backend';
import { holdReads, onLocked, releaseReads } from '$lib/backend/locking';
import PartMissing from '$lib/components/PartMissing.svelte';
import { focusPath, returnFocus } from './focus';
import type { IdleWatch } from './idle-watch';
import { forgetSecrets } from './secrecy';

let view = $state.raw<LockView | undefined>(undefined);
let isCovered = $state(false);

/** What lies over the page, what was out of reach before, and what had the focus. */
let cover:
  { host: HTMLElement; screen?: Record<string, unknown>; reach: Element[]; focus: readonly Element[] } | undefined;
let opened: Promise<void> = Promise.resolve();
let open: () => void = () => undefined;
let screenShown: Promise<void> = Promise.resolve();
let watch: IdleWatch | undefined;

async function showScreen(host: HTMLElement): Promise<void> {
  const screen = await import('../../frame/LockScreen.svelte').then(
    (loaded) => loaded.default,
    // The cover stays: loading the page again leads to a locked desk, which the shell knows.
    () => PartMissing,
  );
  if (cover?.host === host) cover.screen = mount(screen, { target: host });
}

/** Covers the page: nothing of it is seen, read out, found or reached, and what is typed in it stays for later. */
function close(): void {
  if (cover) return;
  forgetSecrets();
  holdReads();
  const focus = focusPath();
  const host = document.createElement('div');
  host.id = 'lock';
  const reach = [...document.body.children].filter((element) => !element.hasAttribute('inert'));
  for (const element of reach) element.setAttribute('inert', '');
  document.body.append(host);
  // The style of the root hides what stands beside the cover, also what is put there later.
  document.documentElement.dataset.locked = '';
  cover = { host, reach, focus };
  opened = new Promise((resume) => (open = resume));
  isCovered = true;
  watch?.stop();
  screenShown = showScreen(host);
}

function uncover(): void {
  if (!cover) return;
  const { host, screen, reach, focus } = cover;
  cover = undefined;
  if (screen) void unmount(screen);
  host.remove();
  for (const element of reach) element.removeAttribute('inert');
  delete document.documentElement.dataset.locked;
  isCovered = false;
  releaseReads();
  open();
  returnFocus(focus);
  void keepWatch();
}

/** Watches over idle time for as long as the lock is on and open. */
async function keepWatch(): Promise<void> {
  const minutes = view?.idleMinutes ?? null;
  if (minutes === null || isCovered) {
    watch?.stop();
    return;
  }
  const loaded = await import('./idle-watch');
  watch ??= new loaded.IdleWatch(
    () => void backend.reportActivity().catch(() => undefined),
    () => void lock.now(),
  );
  if (view?.idleMinutes === minutes && !isCovered) watch.start(minutes);
  // Here before it is needed: a cover without its screen would be an empty window.
  void import('../../frame/LockScreen.svelte').catch(() => undefined);
}

async function foundLocked(): Promise<void> {
  close();
  try {
    view = await backend.lockState();
  } catch {
    // It stays covered; what the lock screen asks for next says what is wrong.
  }
}
if (typeof window !== 'undefined') onLocked(() => void foundLocked());

export const lock = {
  get isOn(): boolean {
    return view?.idleMinutes != null;
  },
  /** Whether the page is covered: nothing on it may act. */
  get isCovered(): boolean {
    return isCovered;
  },
  get view(): LockView | undefined {
    return view;
  },
  /** Follows what a session says. It never uncovers: a session may be older than the cover. */
  follow(next: LockView | undefined): void {
    view = next;
    if (next?.isLocked) close();
    else void keepWatch();
  },
  /** Locks at once. */
  async now(): Promise<void> {
    if (!lock.isOn || isCovered) return;
    close();
    try {
      view = await backend.lockNow();
      if (!view.isLocked) uncover();
    } catch {
      // It stays covered, and a passphrase opens it.
    }
  },
  /** How the lock stands, for its screen. */
  async look(): Promise<void> {
    try {
      view = await backend.lockState();
    } catch {
      // What was last known stays in sight.
    }
  },
  /** The desk has taken the passphrase. */
  opened: uncover,
  /** Once the page is uncovered. */
  untilOpened: (): Promise<void> => opened,
  /** Once the lock screen is on show. */
  untilShown: (): Promise<void> => screenShown,
};
