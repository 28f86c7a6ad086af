// The UI in an ordinary browser, on a backend made up in memory: for looking at screens while the shell is not there.
// The shell's modules are replaced here and only here, so nothing of this folder can reach the product's build.
import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vite';
import product from '../vite.config.ts';

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default mergeConfig(product, {
  root: from('..'),
  cacheDir: from('../node_modules/.vite-fake'),
  server: { port: 1421 },
  resolve: {
    alias: {
      '@tauri-apps/api/core': from('./fake-shell.ts'),
      '@tauri-apps/plugin-dialog': from('./fake-dialog.ts'),
    },
  },
});
