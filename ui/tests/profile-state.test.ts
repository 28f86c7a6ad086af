// The state of a cardholder in the profile: in the operator's language where its word is known, as the gateway wrote it where not.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import type { CardholderProfile } from '../src/lib/backend';
import { setLanguage, t, type Language } from '../src/lib/i18n/index.svelte';
import Profile from '../src/screens/cardholders/Profile.svelte';

afterEach(() => setLanguage('es'));

it.each([
  ['ACTIVE', 'Activo', 'Active'],
  ['INACTIVE', 'Inactivo', 'Inactive'],
  ['PENDING', 'Pendiente', 'Pending'],
  ['blocked', 'Bloqueado', 'Blocked'],
  ['UNDER_REVIEW', 'UNDER_REVIEW', 'UNDER_REVIEW'],
])('the state %s is told in both languages', async (status, spanish, english) => {
  const said: Array<[Language, string]> = [
    ['es', spanish],
    ['en', english],
  ];
  for (const [language, words] of said) {
    await setLanguage(language);
    document.body.innerHTML = '';
    const profile = { cardholderId: 'u1', status } as CardholderProfile;
    const mounted = mount(Profile, { target: document.body, props: { profile } });
    flushSync();
    const label = [...document.querySelectorAll('dt')].find((each) => each.textContent === t('profile.status'));
    expect(label?.nextElementSibling?.textContent).toBe(words);
    await unmount(mounted);
  }
});
