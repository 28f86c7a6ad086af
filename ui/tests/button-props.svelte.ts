// Properties of a button that a test changes while it is on show.
import type { Chord } from '../src/lib/app/actions.svelte';

export const buttonProps = $state<{ busy: boolean; keys?: Chord; title?: string }>({ busy: false });
