// How a built catalogue says its messages. Shared by what builds it (`catalogues.ts`) and what reads it.

/** Stands before the parts of a message that depends on its parameters; no text begins with it. */
export const PARTS = '\u0001';

/** A parameter in a text that only names it. */
const NAMED = /\{(\w+)\}/g;

/** Fills parameters into a text that only names them. */
export function fill(text: string, parameters: Record<string, string | number> = {}): string {
  return text.replace(NAMED, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`“${text}” is said without its ${name}`);
    return String(value);
  });
}
