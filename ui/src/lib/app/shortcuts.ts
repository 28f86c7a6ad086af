// The keys that do something wherever the focus is: what each of them means is said here once. Actions and buttons name the
// meaning and never a key, so that no key can mean one thing here and another there. No key is one that types: what a hint on
// screen says is true also in a search field.

/** `mod+k`, `mod+shift+b`, `mod+1`, `mod+.`, `f2`, `escape`. `mod` is Ctrl, and ⌘ on a Mac. */
type Chord = `mod+${string}` | `f${number}` | 'escape';

export const SHORTCUTS = {
  // On every screen, or what many of them have.
  palette: 'mod+k',
  close: 'escape',
  send: 'mod+enter',
  find: 'mod+f',
  new: 'mod+n',
  refresh: 'mod+r',
  export: 'mod+e',
  save: 'mod+s',
  print: 'mod+p',
  transfer_lookup: 'mod+y',
  lock: 'mod+shift+k',
  // Screens, in the rail's order; there are more of them than digits.
  cardholders: 'mod+1',
  print_room: 'mod+2',
  pack: 'mod+3',
  funds: 'mod+4',
  attention: 'mod+5',
  activity: 'mod+shift+a',
  plastics: 'mod+6',
  phone: 'mod+7',
  faults: 'mod+8',
  settings: 'mod+9',
  // A cardholder.
  invite: 'mod+h',
  issue: 'mod+i',
  associate: 'mod+j',
  link: 'mod+shift+l',
  // A card.
  card_menu: 'mod+m',
  activate: 'mod+u',
  load: 'mod+l',
  withdraw: 'mod+d',
  transfer: 'mod+t',
  adjust: 'mod+g',
  block: 'mod+b',
  rename: 'f2',
  request_statement: 'f4',
  replace: 'f6',
  set_pin: 'f7',
  verify_pin: 'f8',
  reveal_cvv: 'f9',
  // A batch.
  choose_file: 'mod+o',
  next_problem: 'f3',
  pause: 'mod+.',
  // Packing.
  manifests: 'mod+shift+m',
  box: 'mod+shift+b',
  take_out: 'mod+shift+x',
} as const satisfies Record<string, Chord>;

/** What a key means. */
export type Shortcut = keyof typeof SHORTCUTS;

const onMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent);

/** The chord of a key press, as it is written in the table. Shift counts with Ctrl alone: elsewhere it makes another sign. */
export function chordOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const mod = onMac ? event.metaKey : event.ctrlKey;
  const key = event.key.toLowerCase();
  const shift = mod && event.shiftKey && /^\p{L}$/u.test(key);
  return `${mod ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift ? 'shift+' : ''}${key}`;
}

/** Whether a key press has this meaning. */
export function means(event: KeyboardEvent, shortcut: Shortcut | undefined): boolean {
  return shortcut !== undefined && SHORTCUTS[shortcut] === chordOf(event);
}

/** A key that a hint names beside the shortcuts: what it does is its list's or its form's. */
export type PlainKey = 'enter' | '↑' | '↓';

/** How keys are written for the operator: `Ctrl K`, `⌘ K`, `Enter`. */
export function writeKeys(keys: Shortcut | PlainKey): string {
  const names: Record<string, string> = {
    mod: onMac ? '⌘' : 'Ctrl',
    shift: onMac ? '⇧' : 'Shift',
    enter: 'Enter',
    escape: 'Esc',
  };
  return parts(keys in SHORTCUTS ? SHORTCUTS[keys as Shortcut] : keys, names).join('\u00a0');
}

/** How assistive technology is told of a shortcut (`aria-keyshortcuts`): `Control+K`. */
export function tellKeys(shortcut: Shortcut): string {
  const names: Record<string, string> = {
    mod: onMac ? 'Meta' : 'Control',
    shift: 'Shift',
    enter: 'Enter',
    escape: 'Escape',
  };
  return parts(SHORTCUTS[shortcut], names).join('+');
}

const parts = (chord: string, names: Record<string, string>) =>
  chord.split('+').map((part) => names[part] ?? part.toUpperCase());
