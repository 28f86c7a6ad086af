// The session on screen: company, environment and settings, as the shell last said. Language, theme and lock follow it at
// once. Everything else about a session is the shell's.

import { backend, type SessionView, type SettingsChange, type SpokenLanguage } from '$lib/backend';
import { lock } from './lock.svelte';
import { forgetProfile } from './profile-scope';
import { expectLanguage, setLanguage, setNumberStyle, type Language } from '$lib/i18n/index.svelte';

let current = $state.raw<SessionView | undefined>(undefined);
const systemIsDark = typeof matchMedia === 'undefined' ? undefined : matchMedia('(prefers-color-scheme: dark)');

function showTheme(): void {
  const theme = current?.settings.theme ?? 'system';
  const dark = theme === 'dark' || (theme === 'system' && (systemIsDark?.matches ?? false));
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}
systemIsDark?.addEventListener('change', showTheme);
// Before there is a session the window has the system's colours, also when there never is one.
showTheme();

/** The session; there is one from the first paint on. */
export function session(): SessionView {
  if (!current) throw new Error('the session was read before it was opened');
  return current;
}

export function sessionIsOpen(): boolean {
  return current !== undefined;
}

const LANGUAGES: Record<SpokenLanguage, Language> = { spanish: 'es', english: 'en' };

/** Shows a session that the shell answered with. */
export async function adoptSession(view: SessionView): Promise<void> {
  if (current && current.profile.id !== view.profile.id) forgetProfile();
  await setLanguage(LANGUAGES[view.language]);
  setNumberStyle(view.profile.numberStyle);
  current = view;
  showTheme();
  lock.follow(view.lock);
}

export async function openSession(): Promise<void> {
  const answer = backend.session();
  // While the answer is on its way: it will most likely ask for the language that the web view was started in.
  expectLanguage(navigator.language.toLowerCase().startsWith('en') ? 'en' : 'es');
  await adoptSession(await answer);
}

/** Asks again for what the frame shows, after something that its figures count. A failure leaves the old ones. */
export async function refreshSession(): Promise<void> {
  try {
    await adoptSession(await backend.session());
  } catch {
    // The screen that did the work reports its own failures; the figures beside the screens' names can wait.
  }
}

/** Changes one setting and shows what it came to. */
export async function changeSettings(change: SettingsChange): Promise<void> {
  await adoptSession(await backend.changeSettings(change));
}
