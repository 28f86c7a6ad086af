// Countries are chosen by name, in either language, with or without accents, and leave as ISO alpha-3.
import { describe, expect, it } from 'vitest';
import { countries, countryName, matchCountries, meantCountry } from '../src/lib/i18n/countries';

describe('countries', () => {
  it('are all of ISO 3166-1, once each, under names of their own', () => {
    const list = countries('es');
    expect(list).toHaveLength(249);
    expect(new Set(list.map(({ code }) => code)).size).toBe(249);
    expect(list.every(({ code, name }) => /^[A-Z]{3}$/.test(code) && name !== '' && name !== code)).toBe(true);
  });

  it('are named in the operator’s language', () => {
    expect(countryName('GTM', 'es')).toBe('Guatemala');
    expect(countryName('DEU', 'es')).toBe('Alemania');
    expect(countryName('DEU', 'en')).toBe('Germany');
    expect(countryName('XXX', 'en')).toBe('XXX');
  });

  it('are found by any word of the name or by the code, accents or not', () => {
    const found = (typed: string) => matchCountries(countries('es'), typed).map(({ code }) => code);
    expect(found('mexico')).toEqual(['MEX']);
    expect(found('salv')).toEqual(['SLV']);
    expect(found('gtm')).toEqual(['GTM']);
    expect(found('  ')).toHaveLength(249);
  });

  it('are found by their name in either language, whichever is on screen', () => {
    const found = (language: 'es' | 'en', typed: string) =>
      matchCountries(countries(language), typed).map(({ code }) => code);
    expect(found('es', 'germany')).toEqual(['DEU']);
    expect(found('en', 'alemania')).toEqual(['DEU']);
    expect(found('es', 'United States')).toContain('USA');
    // What is found by the name on screen comes first.
    expect(found('es', 'ir')[0]).toBe('IRQ');
  });

  it('are meant by a whole name in either language, or by what finds only one', () => {
    const meant = (language: 'es' | 'en', typed: string) => meantCountry(countries(language), typed)?.code;
    expect(meant('es', 'Germany')).toBe('DEU');
    expect(meant('en', 'Países Bajos')).toBe('NLD');
    expect(meant('es', 'niger')).toBe('NER');
    expect(meant('es', 'guate')).toBe('GTM');
    expect(meant('es', 'guin')).toBeUndefined();
    expect(meant('es', ' ')).toBeUndefined();
  });
});
