// Shortcuts: a key means one thing, whatever is on screen, and is written as it stands on the keyboard.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { chordOf, SHORTCUTS, tellKeys, writeKeys, type Shortcut } from '../src/lib/app/shortcuts';

/** One thing that is called after what it is done to, or after what is on show then. */
const IN_SEVERAL_WORDS: Partial<Record<Shortcut, string[]>> = {
  close: [
    'action.back_to_cardholder',
    'action.close',
    'action.close_batch',
    'action.leave_batch',
    'pack.aside',
    'template.back',
  ],
  send: ['action.continue_batch', 'action.start_batch'],
  find: ['action.find', 'action.find_in_queue', 'activity.find', 'pack.action.find', 'plastics.find'],
  new: ['action.register', 'connect.add_action', 'sheet.add', 'types.add'],
  export: ['action.export', 'action.export_inserts', 'action.export_runs'],
  save: ['action.save_pdf', 'action.statement', 'pack.manifest.save', 'template.save'],
  print: ['action.print', 'action.print_card', 'action.print_now', 'pack.manifest.print'],
  block: ['action.block', 'action.unblock'],
  manifests: ['pack.action.line', 'pack.action.manifest'],
  box: ['pack.box.begin_ask', 'pack.box.close_ask'],
};

const SOURCES = join(import.meta.dirname, '../src');

/** The code of every component and module. */
function sources(): Array<{ file: string; code: string }> {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|svelte)$/.test(file))
    .map((file) => {
      const text = readFileSync(join(SOURCES, file), 'utf8');
      const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? '');
      return { file, code: file.endsWith('.svelte') ? scripts.join('\n') : text };
    });
}

/** The texts that stand in an expression: one, or those that it chooses from. */
function textsIn(expression: ts.Node): string[] {
  if (ts.isStringLiteral(expression)) return [expression.text];
  if (!ts.isConditionalExpression(expression)) return [];
  return [...textsIn(expression.whenTrue), ...textsIn(expression.whenFalse)];
}

/** The titles of all actions that are declared with each shortcut. */
function declaredTitles(): Map<string, Set<string>> {
  const titles = new Map<string, Set<string>>();
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isObjectLiteralExpression(node)) return;
    const textsOf = (name: string) =>
      node.properties
        .filter((property) => ts.isPropertyAssignment(property))
        .filter((property) => ts.isIdentifier(property.name) && property.name.text === name)
        .flatMap((property) => textsIn(property.initializer));
    for (const shortcut of textsOf('keys')) {
      titles.set(shortcut, new Set([...(titles.get(shortcut) ?? []), ...textsOf('title')]));
    }
  };
  for (const { file, code } of sources()) visit(ts.createSourceFile(file, code, ts.ScriptTarget.Latest));
  return titles;
}

describe('a shortcut', () => {
  it('has a key that no other has', () => {
    const chords = Object.values(SHORTCUTS);
    expect(chords.filter((chord, at) => chords.indexOf(chord) !== at)).toEqual([]);
  });

  it('leaves to text fields what they do with Ctrl', () => {
    const chords: readonly string[] = Object.values(SHORTCUTS);
    for (const key of ['a', 'c', 'v', 'x', 'z']) expect(chords).not.toContain(`mod+${key}`);
  });

  const declared = declaredTitles();

  it.each(Object.keys(SHORTCUTS) as Shortcut[])('%s means one thing in every action that has it', (shortcut) => {
    const titles = [...(declared.get(shortcut) ?? [])].sort();
    expect(titles).toEqual(IN_SEVERAL_WORDS[shortcut] ?? [titles[0] ?? 'an action']);
  });

  it('means another thing for loading a card than for linking one', () => {
    expect(SHORTCUTS.load).not.toBe(SHORTCUTS.link);
    expect(declared.get('link')).toEqual(new Set(['linked.link']));
  });
});

describe('keys', () => {
  const pressed = (key: string, more: KeyboardEventInit = {}) =>
    chordOf(new KeyboardEvent('keydown', { key, ...more }));

  it('are written as they stand on the keyboard', () => {
    expect(writeKeys('palette')).toBe('Ctrl\u00a0K');
    expect(writeKeys('link')).toBe('Ctrl\u00a0Shift\u00a0L');
    expect(writeKeys('close')).toBe('Esc');
    expect(writeKeys('enter')).toBe('Enter');
    expect(tellKeys('new')).toBe('Control+N');
    expect(tellKeys('link')).toBe('Control+Shift+L');
  });

  it('are told apart by Shift with Ctrl, and with letters alone', () => {
    expect(pressed('L', { ctrlKey: true, shiftKey: true })).toBe(SHORTCUTS.link);
    expect(pressed('L', { ctrlKey: true })).toBe(SHORTCUTS.load);
    expect(pressed('N', { shiftKey: true })).toBe('n');
    expect(pressed('Escape', { shiftKey: true })).toBe('escape');
    expect(pressed('.', { ctrlKey: true, shiftKey: true })).toBe('mod+.');
  });
});
