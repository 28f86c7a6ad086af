// Controls are drawn from the tokens in both themes, and never by the web view, which knows neither.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('check boxes and radio buttons have the ground, the edge and the accent of the tokens', () => {
  const base = readFileSync(join(import.meta.dirname, '../src/styles/base.css'), 'utf8');
  const [plain = ''] = /:where\(input:is\(\[type='checkbox'\], \[type='radio'\]\)\) \{[^}]*\}/.exec(base) ?? [];
  for (const part of ['appearance: none', 'var(--line-strong)', 'var(--sheet)']) expect(plain).toContain(part);
  const [checked = ''] = /:is\(:checked, :indeterminate\)\) \{[^}]*\}/.exec(base) ?? [];
  expect(checked).toContain('background: var(--accent)');
});
