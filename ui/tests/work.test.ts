// What the lower bar says of long work follows the language, while it runs and afterwards.

import { expect, test } from 'vitest';
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
