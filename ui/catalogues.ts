// Reads the catalogues' messages when the UI is built: what has parameters arrives in the window as the parts that the
// formatter works on, so that the message parser (a third of the start-up code) stays out of the product.
import { parse } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';

const CATALOGUE = /\/src\/messages\/\w+\.json$/;

export function catalogues(): Plugin {
  return {
    name: 'cardesk-catalogues',
    enforce: 'pre',
    transform(code, id) {
      if (!CATALOGUE.test(id)) return null;
      const texts = Object.entries(JSON.parse(code) as Record<string, string>).map(([key, text]) => [
        key,
        text.includes('{') ? parse(text, { ignoreTag: true }) : text,
      ]);
      return { code: JSON.stringify(Object.fromEntries(texts)), map: null };
    },
  };
}
