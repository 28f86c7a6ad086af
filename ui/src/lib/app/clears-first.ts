// Escape in a search field: what was typed there goes first, and only then what is around it.

/** Whether a key empties a search field that holds a text. Then it is that field's alone, and closes nothing around it. */
export function clearsFirst(event: KeyboardEvent, text: string): boolean {
  if (event.key !== 'Escape' || text === '') return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
