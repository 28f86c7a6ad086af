// The shell's word that the window was closed and stays a moment, for the outcome of what is on its way.

/** Calls `tell` once that is so. */
export function onClosing(tell: () => void): () => void {
  addEventListener('cardesk-closing', tell);
  return () => removeEventListener('cardesk-closing', tell);
}
