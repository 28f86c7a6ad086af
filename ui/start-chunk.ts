// What the first picture needs: the modules that the entry imports, and what those import, without waiting for anybody.

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
