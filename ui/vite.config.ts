// How the product's UI is built and served: to `dist/`, which the shell takes in. The fake backend of `dev/` has a
// configuration of its own and can't reach this one.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { catalogues } from './catalogues.ts';
import { asciiScripts } from './ascii-scripts.ts';
import { neededAtStart, oneScriptAtStart } from './start-chunk.ts';

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [catalogues(), oneScriptAtStart(), asciiScripts(), svelte()],
  clearScreen: false,
  // Several times as quick to read as the same written as an object.
  json: { stringify: true, namedExports: false },
  resolve: {
    alias: {
      $lib: from('./src/lib'),
      $screens: from('./src/screens'),
      $messages: from('./src/messages'),
      // The catalogues are parsed when the UI is built (`catalogues.ts`), so the product needs no parser.
      ...(process.env.VITEST
        ? {}
        : { '@formatjs/icu-messageformat-parser': '@formatjs/icu-messageformat-parser/no-parser.js' }),
    },
    // Vitest would otherwise take Svelte's server build.
    ...(process.env.VITEST ? { conditions: ['browser'] } : {}),
  },
  server: { port: 1420, strictPort: true, host: '127.0.0.1' },
  build: {
    target: ['es2023', 'safari17', 'chrome120'],
    assetsInlineLimit: 0, // the content-security policy allows no data: address
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: neededAtStart(from('./src/main.ts')) }] } } },
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts', 'src/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
});
