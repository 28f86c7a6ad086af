// Enter in a form goes on to the next field and from the last one to the button; Ctrl+Enter submits. So a key too many
// never sends anything. A field that has to be filled in and is empty keeps the focus, and says so.

import { focusShown } from './focus';

/** Told to what stands around an empty field that one wanted to go on from: whoever draws the field says that it is missing. */
export const MISSING = 'field-missing';

/** The key of a form, heard by the form itself (`onkeydown`). Buttons and links keep Enter for themselves. */
export function enterIn(event: KeyboardEvent, submit: () => void): void {
  const control = event.target;
  if (event.key !== 'Enter' || event.defaultPrevented) return;
  if (control instanceof HTMLButtonElement || control instanceof HTMLAnchorElement) return;
  const isMeant = event.ctrlKey || event.metaKey;
  // In a field of several lines a line break is part of the text.
  if (control instanceof HTMLTextAreaElement && !isMeant) return;
  event.preventDefault();
  if (isMeant) submit();
  else goOn(event.currentTarget as HTMLElement, control as HTMLElement);
}

function goOn(form: HTMLElement, from: HTMLElement): void {
  if (isMissing(from)) {
    from.dispatchEvent(new CustomEvent(MISSING, { bubbles: true }));
    return;
  }
  const controls = [...form.querySelectorAll<HTMLElement>('input, select, textarea, button[type="submit"]')];
  const isAfter = (control: HTMLElement) =>
    (from.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const next = controls.find((control) => isAfter(control) && !control.matches(':disabled'));
  // The next key presses a button: without its ring, what was typed for a field would seem to be lost.
  if (next instanceof HTMLButtonElement) focusShown(next);
  else next?.focus();
}

/** What has to be filled in and is not: a box to be ticked has a value either way. */
function isMissing(control: HTMLElement): boolean {
  const isText = control instanceof HTMLInputElement || control instanceof HTMLSelectElement;
  return isText && control.getAttribute('aria-required') === 'true' && control.value.trim() === '';
}
