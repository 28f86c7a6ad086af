// Everything that can be done now, with its shortcut: screens and forms add their actions while they are on show, the palette
// lists them, and one listener on the window runs what the key that was pressed means.

import { untrack } from 'svelte';
import type { MessageKey, MessageParameters } from '$lib/i18n/index.svelte';
import { chordOf, means, type Shortcut } from './shortcuts';

export interface Action {
  /** Unique while it is on show; the palette keys by it. */
  id: string;
  title: MessageKey;
  parameters?: MessageParameters;
  keys?: Shortcut;
  /** What leads to a screen, or belongs to a list, stands in the palette below what moves the work on. */
  group?: 'screen' | 'list';
  /** Not offered in the palette: what only makes sense by key (closing what is open). */
  hidden?: boolean;
  /** Why it is not possible now: it stands in the palette with that, and its key says it. */
  notOffered?: string | undefined;
  run: () => void;
}

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

/** Whether key presses there are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  );
}

/** A web view takes a chord of its own for the same with Shift: reloads all the same, finds backwards. */
const pageChord = (event: KeyboardEvent) => chordOf(event).replace('shift+', '');

/** Whether a key press would select the whole page as if it were a document. Text fields and lists have it for themselves. */
function selectsThePage(event: KeyboardEvent): boolean {
  const hasTextOfItsOwn = isTyping(event.target) && !(event.target instanceof HTMLSelectElement);
  return pageChord(event) === 'mod+a' && !event.defaultPrevented && !hasTextOfItsOwn;
}

/** What a web view does by itself with a page: finds in it, prints, reloads or saves it. There is no page here. */
const PAGE_CHORDS: ReadonlySet<string> = new Set([
  'mod+f',
  'mod+g',
  'mod+p',
  'mod+r',
  'mod+s',
  'mod+u',
  'f3',
  'f5',
  'mod+f5',
]);

/** Whether the web view would take a key press for one about its page. */
export function meansThePage(event: KeyboardEvent): boolean {
  return PAGE_CHORDS.has(pageChord(event)) || selectsThePage(event);
}

/** The action that a key press means, if any: of those with the key, one that is possible rather than one that is not. */
export function actionFor(event: KeyboardEvent, actions: readonly Action[]): Action | undefined {
  if (event.defaultPrevented || event.isComposing || event.repeat) return undefined;
  const meant = actions.filter((action) => means(event, action.keys));
  return meant.findLast((action) => action.notOffered === undefined) ?? meant.at(-1);
}
