// Secrets on screen and in fields, and when they have to go: the window loses the focus or is hidden, another company is
// worked in, the desk is locked, or the part that holds them is closed.
//
// A page can't wipe a text as Rust wipes memory: what is forgotten here is in no field, no element and no variable any
// more, and the engine collects it when it does. So a secret is held for as short as can be, and never in two places.

import { forgetWithProfile } from './profile-scope';

const forgetters = new Set<() => void>();

/** Every secret that is shown or typed goes, now. */
export function forgetSecrets(): void {
  for (const forget of forgetters) forget();
}

/**
 * Says how a part forgets its secrets. It is asked to whenever they have to go, and at the end when the returned function
 * is called: give that to `$effect` or `onMount`.
 */
export function keepSecret(forget: () => void): () => void {
  forgetters.add(forget);
  return () => {
    forgetters.delete(forget);
    forget();
  };
}

/** Reads what was typed into a field and empties it at once. */
export function takeSecret(field: HTMLInputElement | undefined): string {
  const secret = field?.value ?? '';
  if (field) field.value = '';
  return secret;
}

if (typeof window !== 'undefined') {
  window.addEventListener('blur', forgetSecrets);
  window.addEventListener('pagehide', forgetSecrets);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') forgetSecrets();
  });
}
forgetWithProfile(forgetSecrets);
