// Asking again and again while something is awaited, so that a change at the gateway shows by itself.

import { lock } from './lock.svelte';

/** How often a card that awaits its cardholder is asked for, in milliseconds: a change shows within two seconds. */
export const AWAITING_EVERY_MS = 1_500;
/** After this long without a change, in milliseconds, the questions come less often. */
const PATIENT_AFTER_MS = 10 * 60_000;
const PATIENT_EVERY_MS = 10_000;

/**
 * Asks while `wanted` holds and the window is in sight and not locked. The next question waits for the answer to the last. Call it
 * while a component is being set up.
 */
export function usePolling(wanted: () => boolean, ask: () => Promise<unknown>, everyMs: number): void {
  $effect(() => {
    if (!wanted()) return;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const since = performance.now();
    const next = () => {
      const patient = performance.now() - since > PATIENT_AFTER_MS;
      timer = setTimeout(() => void once(), patient ? Math.max(everyMs, PATIENT_EVERY_MS) : everyMs);
    };
    const once = async () => {
      if (document.visibilityState === 'visible' && !lock.isCovered) await ask();
      if (!stopped) next();
    };
    next();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  });
}
