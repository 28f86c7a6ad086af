// The four meanings look the same wherever they are told: each has its ground and its ink once, in the base styles.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = (path: string) => readFileSync(join(import.meta.dirname, '../src', path), 'utf8');
const base = source('styles/base.css');

it.each(['good', 'warn', 'bad', 'info'])('%s has one ground and one ink', (tone) => {
  const rule = `.tone-${tone} {\n  background: var(--${tone}-soft);\n  color: var(--${tone});\n}`;
  expect(base.split(rule)).toHaveLength(2);
});

it.each(['lib/components/Chip.svelte', 'lib/components/Notice.svelte', 'screens/happenings/ResultMark.svelte'])(
  '%s takes them from there',
  (path) => {
    expect(source(path)).toMatch(/`tone-\$\{\S*tone\}`/);
    expect(source(path)).not.toMatch(/var\(--(?:good|warn|bad|info)/);
  },
);
