// Properties of a button that a test changes while it is on show.
import type { Shortcut } from '../src/lib/app/shortcuts';

export const buttonProps = $state<{ busy: boolean; keys?: Shortcut; title?: string }>({ busy: false });
