// Enter in a form goes on to the next field and from the last one to the button; Ctrl+Enter submits. So a key too many
// never sends anything.

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
  const controls = [...form.querySelectorAll<HTMLElement>('input, select, textarea, button[type="submit"]')];
  controls[controls.indexOf(from) + 1]?.focus();
}
