// Everything that can be done now, with its key: screens and forms add their actions while they are on show, the palette
// lists them, and one listener on the window runs the key that was pressed. Keys never fire while someone types.

import { untrack } from 'svelte';
import type { MessageKey, MessageParameters } from '$lib/i18n/index.svelte';

export interface Action {
  /** Unique while it is on show; the palette keys by it. */
  id: string;
  title: MessageKey;
  parameters?: MessageParameters;
  /** `n`, `/`, `mod+k`, `escape`, `mod+1`. `mod` is Ctrl, and ⌘ on a Mac. */
  keys?: string;
  /** What belongs to a list stands in the palette below what moves the work on. */
  group?: 'list';
  /** Not offered in the palette: what only makes sense by key (closing what is open). */
  hidden?: boolean;
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

/** How a chord is written for the operator: `Ctrl K`, `⌘ K`, `N`. */
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

/** Whether key presses there are text: global keys keep away. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  );
}

/** Whether a key press would select the whole page as if it were a document. Text fields and lists have it for themselves. */
export function selectsThePage(event: KeyboardEvent): boolean {
  const hasTextOfItsOwn = isTyping(event.target) && !(event.target instanceof HTMLSelectElement);
  return chordOf(event) === 'mod+a' && !event.defaultPrevented && !hasTextOfItsOwn;
}

/** The action that a key press means, if any: in a text field only chords with Ctrl or ⌘ and Escape count. */
export function actionFor(event: KeyboardEvent, actions: readonly Action[]): Action | undefined {
  if (event.defaultPrevented || event.isComposing || event.repeat) return undefined;
  const chord = chordOf(event);
  if (isTyping(event.target) && !chord.startsWith('mod+') && chord !== 'escape') return undefined;
  return actions.findLast((action) => action.keys === chord);
}
