// The screens that there are, in the rail's order. A screen that is not the first is fetched when it is first opened:
// start-up pays only for the list of cardholders.

import type { Component } from 'svelte';
import type { Environment } from '$lib/backend';
import type { ScreenName } from '$lib/app/navigation.svelte';
import type { Shortcut } from '$lib/app/shortcuts';
import type { IconName } from '$lib/components/Icon.svelte';
import type { MessageKey } from '$lib/i18n/index.svelte';

export interface Screen {
  name: ScreenName;
  title: MessageKey;
  icon: IconName;
  keys: Shortcut;
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
    keys: 'cardholders',
    load: () => import('$screens/cardholders/Cardholders.svelte'),
  },
  {
    name: 'print-room',
    title: 'screen.print_room',
    icon: 'print-room',
    keys: 'print_room',
    load: () => import('$screens/print-room/PrintRoom.svelte'),
  },
  {
    name: 'pack',
    title: 'screen.pack',
    icon: 'pack',
    keys: 'pack',
    load: () => import('$screens/pack/Pack.svelte'),
  },
  {
    name: 'funds',
    title: 'screen.funds',
    icon: 'funds',
    keys: 'funds',
    load: () => import('$screens/funds/Funds.svelte'),
  },
  {
    name: 'attention',
    title: 'screen.attention',
    icon: 'warning',
    keys: 'attention',
    load: () => import('$screens/attention/Attention.svelte'),
  },
  {
    name: 'activity',
    title: 'screen.activity',
    icon: 'activity',
    keys: 'activity',
    load: () => import('$screens/activity/Activity.svelte'),
  },
  {
    name: 'plastics',
    title: 'screen.plastics',
    icon: 'plastics',
    keys: 'plastics',
    low: true,
    only: 'practice',
    load: () => import('$screens/plastics/Plastics.svelte'),
  },
  {
    name: 'phone',
    title: 'screen.phone',
    icon: 'phone',
    keys: 'phone',
    low: true,
    only: 'practice',
    load: () => import('$screens/phone/Phone.svelte'),
  },
  {
    name: 'faults',
    title: 'screen.faults',
    icon: 'bolt',
    keys: 'faults',
    low: true,
    only: 'practice',
    load: () => import('$screens/faults/Faults.svelte'),
  },
  {
    name: 'settings',
    title: 'screen.settings',
    icon: 'settings',
    keys: 'settings',
    low: true,
    load: () => import('$screens/settings/Settings.svelte'),
  },
];

/** The screens of an environment. */
export function screensOf(environment: Environment): Screen[] {
  return SCREENS.filter((screen) => screen.only === undefined || screen.only === environment);
}
