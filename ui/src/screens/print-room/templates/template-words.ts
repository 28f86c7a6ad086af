// What the window calls the templates that come with the program, and the words of their form.

import type { Field, LogoPlacement, TemplateDesign, TemplateSummary, TemplateTexts } from '$lib/backend';
import { t, type MessageKey } from '$lib/i18n/index.svelte';

const SHIPPED: Record<string, MessageKey> = {
  classic: 'template.name.classic',
  colour: 'template.name.colour',
  quiet: 'template.name.quiet',
};

/** A template's name: its own, or the window's for one that comes with the program. */
export function templateName({ id, name }: Pick<TemplateSummary, 'id' | 'name'>): string {
  const shipped = SHIPPED[id];
  return name ?? (shipped ? t(shipped) : id);
}

export const DESIGNS: Record<TemplateDesign, MessageKey> = {
  classic: 'template.design.classic',
  colour: 'template.design.colour',
  quiet: 'template.design.quiet',
};

export const PLACEMENTS: Record<LogoPlacement, MessageKey> = {
  beside_name: 'template.logo.beside_name',
  instead_of_name: 'template.logo.instead_of_name',
};

/** Which languages a template has texts in. */
export type Languages = 'spanish' | 'english' | 'both';

export const LANGUAGE_CHOICES: Record<Languages, MessageKey> = {
  spanish: 'template.languages.spanish',
  english: 'template.languages.english',
  both: 'template.languages.both',
};

/** The fields that a text may have the cardholder's or the company's data in. */
export const PLACEHOLDERS = ['{given_name}', '{full_name}', '{last_four}', '{company}'] as const;

/** The texts of a language, in the order of the insert, with the desk's names for their fields. */
export const TEXT_FIELDS: Record<'spanish' | 'english', ReadonlyArray<readonly [keyof TemplateTexts, Field]>> = {
  spanish: [
    ['greeting', 'spanishGreeting'],
    ['lead', 'spanishLead'],
    ['step1', 'spanishStep1'],
    ['step2', 'spanishStep2'],
    ['step3', 'spanishStep3'],
    ['closingTitle', 'spanishClosingTitle'],
    ['closing', 'spanishClosing'],
  ],
  english: [
    ['greeting', 'englishGreeting'],
    ['lead', 'englishLead'],
    ['step1', 'englishStep1'],
    ['step2', 'englishStep2'],
    ['step3', 'englishStep3'],
    ['closingTitle', 'englishClosingTitle'],
    ['closing', 'englishClosing'],
  ],
};
