// Which parts of a name are what was typed, so that a list can show why a row is there.

import { foldForSearch } from '$lib/i18n/fold';

export interface Part {
  text: string;
  found: boolean;
}

/** Splits a text at the words that begin with one of the typed words. Case and accents don't matter. */
export function highlight(text: string, typed: string): Part[] {
  const wanted = foldForSearch(typed)
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (wanted.length === 0) return [{ text, found: false }];
  const parts: Part[] = [];
  for (const word of text.split(/(?<=[\s,-])/)) {
    const folded = foldForSearch(word);
    // One folded letter stands for one letter of the text, unless the text was decomposed: then the whole word shows.
    const length = Math.max(0, ...wanted.filter((each) => folded.startsWith(each)).map((each) => each.length));
    const exact = folded.length === word.length;
    const end = length === 0 ? 0 : exact ? length : word.length;
    if (end > 0) parts.push({ text: word.slice(0, end), found: true });
    if (end < word.length) parts.push({ text: word.slice(end), found: false });
  }
  return parts.reduce<Part[]>((joined, part) => {
    const last = joined.at(-1);
    if (last && last.found === part.found) last.text += part.text;
    else joined.push({ ...part });
    return joined;
  }, []);
}
