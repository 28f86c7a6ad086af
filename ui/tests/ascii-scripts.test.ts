import { describe, expect, it } from 'vitest';
import { inAscii } from '../ascii-scripts';

/** What a script comes to. */
const comesTo = (script: string): unknown => new Function(`return ${script}`)();

describe('a script in ASCII', () => {
  const scripts = [
    "'Cargar… “Ñandú” — 5 → 6'",
    '`año ${1 + 1} • ñ`',
    `JSON.parse('{"é…":"\\\\u00e9 \\\\n 💳"}')`,
    '/^[−–]€?$/u.test("–€")',
    '/[💳]/u.exec("a💳")[0]',
    '({ señal: 1 }).señal',
    "'\ufeff\u2028\u007f'.length",
  ];
  it.each(scripts)('means what it meant: %s', (script) => {
    const written = inAscii(script);
    expect(written).toMatch(/^[\x20-\x7f]*$/);
    expect(comesTo(written)).toEqual(comesTo(script));
  });
});
