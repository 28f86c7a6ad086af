// Countries are chosen by name, in either language, with or without accents, and leave as ISO alpha-3.
import { describe, expect, it } from 'vitest';
import { countries, countryName, matchCountries } from '../src/lib/i18n/countries';

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
});
