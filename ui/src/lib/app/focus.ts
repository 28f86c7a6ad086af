// Where the focus goes when what had it is gone: to what came in its place, never to nowhere.

/**
 * Gives the focus to what came in the place of what had it. Whoever went elsewhere meanwhile is left there. Ask it in an
 * effect, when the place is drawn already: it needs no `tick`.
 */
export function takeLostFocus(element: HTMLElement | null | undefined): void {
  if (document.activeElement === null || document.activeElement === document.body) element?.focus();
}
