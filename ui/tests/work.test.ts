// What the lower bar says of long work follows the language, while it runs and afterwards.

import { flushSync, mount, unmount } from 'svelte';
import { expect, test, vi } from 'vitest';
import WorkBar from '../src/frame/WorkBar.svelte';
import { work } from '$lib/app/work.svelte';
import { setLanguage, t } from '$lib/i18n/index.svelte';

test('what runs and what has ended are said in the language of now', async () => {
  await setLanguage('es');
  const ran = work.run(
    () => t('work.refresh'),
    async () => {
      const before = work.running[0]?.title();
      await setLanguage('en');
      expect(work.running[0]?.title()).not.toBe(before);
    },
    () => t('work.none'),
    () => '',
  );
  await ran;
  const english = work.ended?.text();
  await setLanguage('es');
  expect(work.ended?.text()).not.toBe(english);
});

test('what came of it is opened from the bar, where it is in the window', async () => {
  const open = vi.fn();
  await work.run(
    () => t('work.refresh'),
    () => Promise.resolve(),
    () => t('work.none'),
    () => '',
    { open },
  );
  document.body.innerHTML = '';
  const bar = mount(WorkBar, { target: document.body });
  flushSync();
  document.getElementById('open-ended')?.click();
  expect(open).toHaveBeenCalledOnce();
  // What is said next is of something else.
  work.say(() => t('work.none'));
  flushSync();
  expect(document.getElementById('open-ended')).toBeNull();
  await unmount(bar);
});
