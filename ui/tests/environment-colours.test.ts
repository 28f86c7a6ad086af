// What a colour of an environment means is said once; screens say only which environment something belongs to.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

function components(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? components(path) : path.endsWith('.svelte') ? [path] : []));
}
const all = components(join(import.meta.dirname, '../src'));

describe('the components', () => {
  it('take the colours of an environment from the tokens’ one place', () => {
    const own = all.filter((path) => /var\(--(practice|qa|production)(-soft)?\)/.test(readFileSync(path, 'utf8')));
    expect(own).toEqual([]);
  });

  it('leave the dots between short facts to the style that drops one at a line’s beginning', () => {
    const leading = all.filter((path) => /<span class="nowrap"\s*>\s*·/.test(readFileSync(path, 'utf8')));
    expect(leading).toEqual([]);
  });
});
