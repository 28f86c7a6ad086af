// The words of the settings as the operator reads them.

import type { Language, LoginMethod, NumberStyle, Paper, Theme } from '$lib/backend';
import type { MessageKey } from '$lib/i18n/index.svelte';

export const LANGUAGE: Record<Language, MessageKey> = {
  system: 'language.system',
  spanish: 'language.spanish',
  english: 'language.english',
};

export const THEME: Record<Theme, MessageKey> = {
  system: 'theme.system',
  light: 'theme.light',
  dark: 'theme.dark',
};

export const LOGIN_METHOD: Record<LoginMethod, MessageKey> = {
  signing_key: 'login_method.signing_key',
  bearer_token: 'login_method.bearer_token',
};

export const NUMBER_STYLE: Record<NumberStyle, MessageKey> = {
  comma_thousands: 'number_style.comma_thousands',
  point_thousands: 'number_style.point_thousands',
};

export const PAPER: Record<Paper, MessageKey> = {
  letter: 'paper.letter',
  a4: 'paper.a4',
};
