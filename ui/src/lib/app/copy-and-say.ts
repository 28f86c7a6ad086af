// Copying on a button's word, with what came of it said at the lower edge: nothing else on screen shows that a text was copied.

import { t } from '$lib/i18n/index.svelte';
import { copyText } from './copy-text';
import { work } from './work.svelte';

export async function copyAndSay(text: string): Promise<void> {
  const isCopied = await copyText(text);
  work.say(() => t(isCopied ? 'copy.copied' : 'copy.not_copied'), isCopied);
}
