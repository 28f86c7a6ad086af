// Everything that can be done now, with its key: screens and forms add their actions while they are on show, the palette
// lists them, and one listener on the window runs the key that was pressed. No key is one that types: what a hint on screen
// says is true wherever the focus is, also in a search field.

import { untrack } from 'svelte';
import type { MessageKey, MessageParameters } from '$lib/i18n/index.svelte';

/** A key for an action: `mod+k`, `mod+1`, `mod+.`, `f2`, `escape`. `mod` is Ctrl, and ⌘ on a Mac. */
export type Chord = `mod+${string}` | `f${number}` | 'escape';

export interface Action {
  /** Unique while it is on show; the palette keys by it. */
  id: string;
  title: MessageKey;
  parameters?: MessageParameters;
  keys?: Chord;
  /** What leads to a screen, or belongs to a list, stands in the palette below what moves the work on. */
  group?: 'screen' | 'list';
  /** Not offered in the palette: what only makes sense by key (closing what is open). */
  hidden?: boolean;
  /** Why it is not possible now: it stands in the palette with that, and its key says it. */
  notOffered?: string | undefined;
  run: () => void;
}

const onMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent);

// Later sources win: a form on top of a list takes Escape first.
let sources = $state.raw<Array<() => Action[]>>([]);

/** Adds actions for as long as the calling component is on show. Call it while the component is being set up. */
export function useActions(source: () => Action[]): void {
  $effect(() => {
    // Untracked: adding a source must not run the effect that added it.
    sources = [...untrack(() => sources), source];
    return () => {
      sources = untrack(() => sources).filter((each) => each !== source);
    };
  });
}

/** Every action on offer, the most recently opened part of the screen last. */
export function currentActions(): Action[] {
  return sources.flatMap((source) => source());
}

/** The chord of a key press in the words of `Action.keys`. */
export function chordOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const mod = onMac ? event.metaKey : event.ctrlKey;
  return `${mod ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${event.key.toLowerCase()}`;
}

/** How a key or chord is written for the operator: `Ctrl K`, `⌘ K`, `↵`. */
export function writeChord(keys: string): string {
  const names: Record<string, string> = {
    mod: onMac ? '⌘' : 'Ctrl',
    enter: '↵',
    escape: 'Esc',
    alt: onMac ? '⌥' : 'Alt',
  };
  return keys
    .split('+')
    .map((part) => names[part] ?? part.toUpperCase())
    .join('\u00a0');
}

/** How assistive technology is told of a chord (`aria-keyshortcuts`): `Control+K`. */
export function tellChord(keys: Chord): string {
  const names: Record<string, string> = { mod: onMac ? 'Meta' : 'Control', enter: 'Enter', escape: 'Escape' };
  return keys
    .split('+')
    .map((part) => names[part] ?? part.toUpperCase())
    .join('+');
}

/** Whether key presses there are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  );
}

/** Whether a key press would select the whole page as if it were a document. Text fields and lists have it for themselves. */
function selectsThePage(event: KeyboardEvent): boolean {
  const hasTextOfItsOwn = isTyping(event.target) && !(event.target instanceof HTMLSelectElement);
  return chordOf(event) === 'mod+a' && !event.defaultPrevented && !hasTextOfItsOwn;
}

/** What a web view does by itself with a page: finds in it, prints, reloads or saves it. There is no page here. */
const PAGE_CHORDS: ReadonlySet<string> = new Set([
  'mod+f',
  'mod+g',
  'mod+p',
  'mod+r',
  'mod+s',
  'mod+u',
  'f5',
  'mod+f5',
]);

/** Whether the web view would take a key press for one about its page. */
export function meansThePage(event: KeyboardEvent): boolean {
  return PAGE_CHORDS.has(chordOf(event)) || selectsThePage(event);
}

/** The action that a key press means, if any: of those with the key, one that is possible rather than one that is not. */
export function actionFor(event: KeyboardEvent, actions: readonly Action[]): Action | undefined {
  if (event.defaultPrevented || event.isComposing || event.repeat) return undefined;
  const chord = chordOf(event);
  const meant = actions.filter((action) => action.keys === chord);
  return meant.findLast((action) => action.notOffered === undefined) ?? meant.at(-1);
}
