// Controls are drawn from the tokens in both themes, and never by the web view, which knows neither.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../src');

it('check boxes and radio buttons have the ground, the edge and the accent of the tokens', () => {
  const base = readFileSync(join(SOURCES, 'styles/base.css'), 'utf8');
  const [plain = ''] = /:where\(input:is\(\[type='checkbox'\], \[type='radio'\]\)\) \{[^}]*\}/.exec(base) ?? [];
  for (const part of ['appearance: none', 'var(--line-strong)', 'var(--sheet)']) expect(plain).toContain(part);
  const [checked = ''] = /:is\(:checked, :indeterminate\)\) \{[^}]*\}/.exec(base) ?? [];
  expect(checked).toContain('background: var(--accent)');
});

// A box has no text: lined up by its baseline it stands on it, too high for the words beside it.
it('check boxes and radio buttons stand beside their label in the middle of its line', () => {
  const labels = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.svelte'))
    .flatMap((file) => {
      const code = readFileSync(join(SOURCES, file), 'utf8');
      const found = [...code.matchAll(/<label class="([\w-]+)"[^>]*>\s*<input\s+type="(?:checkbox|radio)"/g)];
      return found.map(([, name = '']) => ({ file, name, rule: code.split(`  .${name} {`)[1]?.split('}')[0] ?? '' }));
    });
  expect(labels.length).toBeGreaterThan(3);
  expect(labels.filter(({ rule }) => rule.includes('baseline')).map(({ file, name }) => `${file} .${name}`)).toEqual(
    [],
  );
});
