// The two ways in which an amount may have been meant that can be read in two: as people here write them.

import { show } from './index.svelte';

/** `125.505` may be 125,505.00 or 125.505; nothing where there are not exactly two. */
export function amountReadings(typed: string): { first: string; second: string } | undefined {
  const [, whole, end] = /^(\d+)[.,](\d{1,4})$/.exec(typed.trim()) ?? [];
  if (whole === undefined || end === undefined) return undefined;
  return { first: show.amount(`${whole}${end}`), second: show.amount(`${whole}.${end}`) };
}
