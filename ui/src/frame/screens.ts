// The screens that there are, in the rail's order. A screen that is not the first is fetched when it is first opened:
// start-up pays only for the list of cardholders.

import type { Component } from 'svelte';
import type { Chord } from '$lib/app/actions.svelte';
import type { Environment } from '$lib/backend';
import type { ScreenName } from '$lib/app/navigation.svelte';
import type { IconName } from '$lib/components/Icon.svelte';
import type { MessageKey } from '$lib/i18n/index.svelte';

export interface Screen {
  name: ScreenName;
  title: MessageKey;
  icon: IconName;
  keys: Chord;
  /** Stands at the rail's lower end. */
  low?: boolean;
  /** Where it exists; everywhere unless it says otherwise. */
  only?: Environment;
  load: () => Promise<{ default: Component }>;
}

export const SCREENS: readonly Screen[] = [
  {
    name: 'cardholders',
    title: 'screen.cardholders',
    icon: 'cardholders',
    keys: 'mod+1',
    load: () => import('$screens/cardholders/Cardholders.svelte'),
  },
  {
    name: 'print-room',
    title: 'screen.print_room',
    icon: 'print-room',
    keys: 'mod+2',
    load: () => import('$screens/print-room/PrintRoom.svelte'),
  },
  {
    name: 'pack',
    title: 'screen.pack',
    icon: 'pack',
    keys: 'mod+3',
    load: () => import('$screens/pack/Pack.svelte'),
  },
  {
    name: 'funds',
    title: 'screen.funds',
    icon: 'funds',
    keys: 'mod+4',
    load: () => import('$screens/funds/Funds.svelte'),
  },
  {
    name: 'attention',
    title: 'screen.attention',
    icon: 'warning',
    keys: 'mod+5',
    load: () => import('$screens/attention/Attention.svelte'),
  },
  {
    name: 'plastics',
    title: 'screen.plastics',
    icon: 'plastics',
    keys: 'mod+6',
    low: true,
    only: 'practice',
    load: () => import('$screens/plastics/Plastics.svelte'),
  },
  {
    name: 'phone',
    title: 'screen.phone',
    icon: 'phone',
    keys: 'mod+7',
    low: true,
    only: 'practice',
    load: () => import('$screens/phone/Phone.svelte'),
  },
  {
    name: 'faults',
    title: 'screen.faults',
    icon: 'bolt',
    keys: 'mod+8',
    low: true,
    only: 'practice',
    load: () => import('$screens/faults/Faults.svelte'),
  },
  {
    name: 'settings',
    title: 'screen.settings',
    icon: 'settings',
    keys: 'mod+9',
    low: true,
    load: () => import('$screens/settings/Settings.svelte'),
  },
];

/** The screens of an environment. */
export function screensOf(environment: Environment): Screen[] {
  return SCREENS.filter((screen) => screen.only === undefined || screen.only === environment);
}
