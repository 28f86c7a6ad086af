// Copying what is chosen in a list: Ctrl+C puts the rows on the clipboard as a table. A web view sends the event to
// wherever the caret last was, so that the document is listened to and the focus decides whose it is.

import { tableAsMarkup, tableAsText, type CopiedTable } from './table-text';

/** Whether there is text that was marked with the pointer: that is what is copied then. */
function hasMarkedText(): boolean {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && selection.toString() !== '';
}

/**
 * Copies what `chosen` gives while `list` has the focus. Without anything chosen it leaves the clipboard alone.
 * Returns how to stop.
 */
export function copyFrom(list: HTMLElement, chosen: () => CopiedTable | undefined): () => void {
  const isMine = () => document.activeElement === list && !hasMarkedText();
  // Some engines copy only where there is marked text, unless they are told beforehand that there is something.
  const announced = (event: Event) => {
    if (isMine()) event.preventDefault();
  };
  const copied = (event: ClipboardEvent) => {
    const table = isMine() ? chosen() : undefined;
    if (!table || !event.clipboardData) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', tableAsText(table));
    event.clipboardData.setData('text/html', tableAsMarkup(table));
  };
  document.addEventListener('beforecopy', announced);
  document.addEventListener('copy', copied);
  return () => {
    document.removeEventListener('beforecopy', announced);
    document.removeEventListener('copy', copied);
  };
}
