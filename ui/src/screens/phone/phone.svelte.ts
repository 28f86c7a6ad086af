// The phones as a screen or a form sees them: read again and again while it is on show, and the time that goes on.

import { Loadable } from '$lib/app/loadable.svelte';
import { usePolling } from '$lib/app/poll.svelte';
import { backend, type PhoneMessageView } from '$lib/backend';
import { LOOK_EVERY_MS } from './messages';

export class Phones {
  readonly loaded = new Loadable<PhoneMessageView[]>();
  nowMs = $state(Date.now());

  readonly look = async (): Promise<void> => {
    await this.loaded.run(() => backend.practicePhone());
    this.nowMs = Date.now();
  };
}

/** Looks at the phones while `wanted` holds. Call it while a component is being set up. */
export function usePhones(wanted: () => boolean = () => true): Phones {
  const phones = new Phones();
  $effect(() => {
    if (wanted()) void phones.look();
  });
  usePolling(wanted, phones.look, LOOK_EVERY_MS);
  return phones;
}
