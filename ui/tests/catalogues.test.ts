// The catalogues promise that no operator ever meets a key instead of a text, in either language.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';

type Catalogue = Record<string, string>;
// Read as they stand on disk: what the build makes of them is not what people edit.
const read = (language: string): Catalogue =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../src/messages/${language}.json`), 'utf8')) as Catalogue;
const es = read('es');
const en = read('en');
const KEY = /^[a-z][\w-]*(\.[\w-]+)+$/;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(name) && name !== 'bindings.ts' ? [readFileSync(path, 'utf8')] : [];
  });
}

/** Every literal in the source that could be a key. */
function literals(): Set<string> {
  const found = new Set<string>();
  for (const source of sources(join(import.meta.dirname, '../src'))) {
    for (const [, literal] of source.matchAll(/['"`]([a-z][\w-]*(?:\.[\w-]+)+)['"`]/g)) found.add(literal ?? '');
  }
  return found;
}

/** The parameters of a message, and the plural cases it distinguishes do not matter. */
function parameters(text: string): string[] {
  const names = new Set<string>();
  const collect = (elements: readonly unknown[]): void => {
    for (const element of elements as Array<{
      type: number;
      value?: string;
      options?: Record<string, { value: unknown[] }>;
    }>) {
      // 0 is plain text and 7 is the `#` of a plural; every other part names a parameter.
      if (element.type !== 0 && element.type !== 7) names.add(element.value ?? '');
      for (const option of Object.values(element.options ?? {})) collect(option.value);
    }
  };
  collect(parse(text, { ignoreTag: true }));
  return [...names].sort();
}

describe('the catalogues', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(es).sort());
  });

  it('are sorted by key, so that two people can add to them', () => {
    const sorted = (keys: string[]) => [...keys].sort((one, other) => (one < other ? -1 : 1));
    expect(Object.keys(es)).toEqual(sorted(Object.keys(es)));
    expect(Object.keys(en)).toEqual(sorted(Object.keys(en)));
  });

  it('have keys of the form that the search for unused ones relies on', () => {
    expect(Object.keys(es).filter((key) => !KEY.test(key))).toEqual([]);
  });

  it.each(Object.keys(es))('%s reads with the same parameters in both languages', (key) => {
    expect(es[key]?.trim()).not.toBe('');
    expect(en[key]?.trim()).not.toBe('');
    expect(parameters(en[key] ?? '')).toEqual(parameters(es[key] ?? ''));
  });

  it('have a singular wherever pages, inserts or copies are counted', () => {
    const counted = /\{\w+\} (?:p[aá]gs?\b|p[aá]ginas?|pages?|insert(?:o?s)?|copi(?:as|es))\b/iu;
    const alone = [...Object.entries(es), ...Object.entries(en)].filter(
      ([, text]) => counted.test(text) && !text.includes(', plural,'),
    );
    expect(alone).toEqual([]);
  });

  it('have no text that no source uses', () => {
    const used = literals();
    expect(Object.keys(es).filter((key) => !used.has(key))).toEqual([]);
  });

  it('have every text that a source asks for', () => {
    const asked = new Set<string>();
    for (const source of sources(join(import.meta.dirname, '../src'))) {
      for (const [, key] of source.matchAll(/\bt\(\s*['"]([^'"]+)['"]/g)) asked.add(key ?? '');
    }
    expect([...asked].filter((key) => !(key in es))).toEqual([]);
  });
});
