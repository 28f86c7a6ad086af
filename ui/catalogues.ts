// Reads the catalogues' messages when the UI is built: what depends on its parameters (a plural, a choice) arrives in the
// window as the parts that the formatter works on, so that the message parser (a third of the start-up code) stays out of the
// product. The parts come as text, made into objects when a message is first said: a thousand objects that nobody asks for
// would keep the window shut.
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';
import { PARTS } from './src/lib/i18n/parts.ts';

const CATALOGUE = /\/src\/messages\/\w+\.json$/;

export function catalogues(): Plugin {
  return {
    name: 'cardesk-catalogues',
    enforce: 'pre',
    transform(code, id) {
      if (!CATALOGUE.test(id)) return null;
      const texts = Object.entries(JSON.parse(code) as Record<string, string>).map(([key, text]) => [key, built(text)]);
      return { code: JSON.stringify(Object.fromEntries(texts)), map: null };
    },
  };
}

/** A text in which parameters only stand, each by its name, stays as it is written. */
function built(text: string): string {
  if (!text.includes('{')) return text;
  const parts = parse(text, { ignoreTag: true });
  const written = parts.map((part) => {
    if (part.type === TYPE.literal) return part.value;
    return part.type === TYPE.argument ? `{${part.value}}` : '';
  });
  return written.join('') === text ? text : PARTS + JSON.stringify(parts);
}
