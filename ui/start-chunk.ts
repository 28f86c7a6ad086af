// What the first picture needs, in one file: each further one would be a way to the shell's one thread and back. Owns
// which modules those are, and that a build which tears them apart fails.

import type { Plugin } from 'vite';

/** What the bundler tells of its modules. */
interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Names the chunk of a module: `start` for what `entry` reaches by static imports, the bundler's own choice for others. */
export function neededAtStart(entry: string): (id: string, modules: Modules) => string | null {
  let reached: Set<string> | undefined;
  return (id, modules) => {
    reached ??= reachedFrom(entry, modules);
    return reached.has(id) ? 'start' : null;
  };
}

function reachedFrom(entry: string, modules: Modules): Set<string> {
  const reached = new Set([entry]);
  // A set is walked in the order of its growth, and grows while it is walked.
  for (const id of reached) for (const next of modules.getModuleInfo(id)?.importedIds ?? []) reached.add(next);
  return reached;
}

/** Fails a build whose first script has to wait for others. */
export function oneScriptAtStart(): Plugin {
  return {
    name: 'one-script-at-start',
    apply: 'build',
    generateBundle(_options, bundle) {
      const importsOf = (file: string) => {
        const chunk = bundle[file];
        return chunk?.type === 'chunk' ? chunk.imports : [];
      };
      for (const entry of Object.values(bundle)) {
        if (entry.type !== 'chunk' || !entry.isEntry) continue;
        // The page's entry stands for the one script that it imports, unless it has code of its own.
        const isOnlyPage = entry.moduleIds.every((id) => id.endsWith('.html'));
        const scripts = isOnlyPage ? entry.imports.slice(0, 1) : [entry.fileName];
        const others = new Set(
          [...entry.imports, ...scripts.flatMap(importsOf)].filter((file) => !scripts.includes(file)),
        );
        if (others.size > 0)
          this.error(`the window would wait for ${[...others].join(', ')} before it can draw; see start-chunk.ts`);
      }
    },
  };
}
