// What has no outcome yet may get one while nobody does anything: the desk settles by itself. The figure in the rail and the word
// at the lower edge follow, whatever screen is on.

import { usePolling } from './poll.svelte';
import { refreshSession, session } from './session.svelte';
import { work } from './work.svelte';

/** How often the desk is asked, in milliseconds; the gateway is not. */
export const OUTCOMES_EVERY_MS = 4_000;

/** Call it once, while the frame is being set up. */
export function followOpenOutcomes(): void {
  usePolling(
    () => work.ended?.follow !== undefined || session().counts.needsAttention > 0,
    async () => {
      await work.ended?.follow?.();
      await refreshSession();
    },
    OUTCOMES_EVERY_MS,
  );
}
