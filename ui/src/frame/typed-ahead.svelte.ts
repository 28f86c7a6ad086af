// What is typed before the palette is there to take it: it is fetched when it is first opened, and takes the focus only then.
// Until that, the keys are its own, and nobody's below it.

/** The keys that are read of an event. */
type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'preventDefault'>;

export class TypedAhead {
  text = $state('');

  /** Takes a key that was pressed while the palette is on its way. Answers whether it closes the palette again. */
  take(event: Key): boolean {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    event.preventDefault();
    if (event.key === 'Escape') return true;
    if (event.key === 'Backspace') this.text = this.text.slice(0, -1);
    else if (event.key.length === 1) this.text += event.key;
    return false;
  }

  /** Gives away what was typed, once. */
  give(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}
