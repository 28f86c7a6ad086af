// Scripts that are written in ASCII: with one letter beyond Latin-1 in it, the web view keeps a script, and reads it, in twice
// the bytes. Owns how such letters are written instead; in strings, patterns and names alike they mean the same.

import type { Plugin } from 'vite';

/** `…` as `\u2026`; what lies beyond the basic plane as its two halves. */
export function inAscii(script: string): string {
  // eslint-disable-next-line no-control-regex -- everything that ASCII has not, its control characters included
  return script.replace(/[^\x00-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Writes every script of a build in ASCII. */
export function asciiScripts(): Plugin {
  return {
    name: 'ascii-scripts',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) if (part.type === 'chunk') part.code = inAscii(part.code);
    },
  };
}
