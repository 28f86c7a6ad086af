// How Svelte compiles: TypeScript in components, styles in files of their own (the content-security policy allows no
// inline style), and every component in runes mode.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    // Libraries decide for themselves; everything of ours uses runes.
    runes: undefined,
  },
};
