// What the languages of inserts are called.

import type { InsertLanguage } from '$lib/backend';
import type { MessageKey } from '$lib/i18n/index.svelte';

export const LANGUAGES: Record<InsertLanguage, MessageKey> = {
  spanish: 'insert_language.spanish',
  english: 'insert_language.english',
  both: 'insert_language.both',
};
