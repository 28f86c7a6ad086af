// The house rules that a linter can keep: only `lib/backend` knows the shell, no text outside the catalogues, no inline
// style, no HTML made from strings.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import noLiteralText from './eslint-rules/no-literal-text.js';
import noStyleAttribute from './eslint-rules/no-style-attribute.js';
import svelteConfig from './svelte.config.js';

const house = { rules: { 'no-literal-text': noLiteralText, 'no-style-attribute': noStyleAttribute } };

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/lib/backend/bindings.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/lib/backend may know the shell.' }],
        },
      ],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // Collections are replaced, not changed, where something on screen depends on them.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    files: ['src/**/*.svelte'],
    plugins: { house },
    rules: {
      'house/no-literal-text': 'error',
      'svelte/no-at-html-tags': 'error',
      'house/no-style-attribute': 'error',
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
    },
  },
  { files: ['src/lib/backend/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['*.config.*', 'dev/**', 'tests/**', 'eslint-rules/**'],
    languageOptions: { globals: { ...globals.node } },
    rules: { 'no-restricted-imports': 'off' },
  },
);
