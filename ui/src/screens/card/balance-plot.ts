// The line of a card's balance over a month, as steps. Balances stay decimal text until they are a place on screen:
// only the picture's coordinates are floats.

import type { MovementRow } from '$lib/backend';

export interface Step {
  /** 0 at the month's beginning, 1 at its end. */
  at: number;
  /** 0 at the lowest balance shown, 1 at the highest. */
  height: number;
}

/** The least width of a step, as a share of the month: two loads of one afternoon are two steps, not a spike. */
const STEP_MIN = 0.03;

/** Decimal text in ten-thousandths, the finest the gateway has; `null` for text that is no decimal. */
export function toTenThousandths(amount: string): bigint | null {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(amount);
  if (!match) return null;
  const [, sign, whole = '', fraction = ''] = match;
  const value = BigInt(whole + fraction.padEnd(4, '0'));
  return sign === '-' ? -value : value;
}

/**
 * The steps of a month, oldest first. The line begins at the balance before the first movement and ends at `until`
 * (0 to 1: today within the running month). A movement without a balance adds no step: what the gateway leaves out is not
 * made up. Empty when it tells no balance at all.
 */
export function balanceSteps(
  newestFirst: readonly MovementRow[],
  currency: string | null,
  from: Date,
  to: Date,
  until: number,
): Step[] {
  const rows = newestFirst.toReversed();
  const points: Array<{ at: number; balance: bigint }> = [];
  for (const [index, row] of rows.entries()) {
    const balance = row.balance === null ? null : toTenThousandths(row.balance);
    if (balance === null) continue;
    // What was there before is known only from the month's very first movement, in the card's own currency.
    const says = index === 0 && row.direction !== 'unknown' && (row.currency ?? currency) === currency;
    const amount = says ? toTenThousandths(row.amount) : null;
    if (amount !== null) points.push({ at: 0, balance: balance - amount });
    const share = (new Date(row.at).getTime() - from.getTime()) / (to.getTime() - from.getTime());
    points.push({ at: Math.min(1, Math.max(0, share)), balance });
  }
  const last = points.at(-1);
  if (!last) return [];
  points.push({ at: Math.max(last.at, until), balance: last.balance });

  spread(points);

  const balances = points.map((point) => point.balance);
  const low = balances.reduce((one, other) => (one < other ? one : other));
  const high = balances.reduce((one, other) => (one > other ? one : other));
  // From zero, so that the height says how much there is; below it only for a card that is overdrawn.
  const floor = low < 0n ? low : 0n;
  const span = high - floor;
  return points.map(({ at, balance }) => ({
    at,
    height: span === 0n ? 0 : Number(((balance - floor) * 10_000n) / span) / 10_000,
  }));
}

/** Moves apart what happened at nearly the same time, from the right: each step is wide enough to be seen. */
function spread(points: Array<{ at: number }>): void {
  const gap = Math.min(STEP_MIN, 0.5 / points.length);
  for (let index = points.length - 2; index > 0; index -= 1) {
    const point = points[index];
    const next = points[index + 1];
    if (point && next) point.at = Math.max(0, Math.min(point.at, next.at - gap));
  }
}

/** The line as an SVG path in a box, and the same closed to its floor. */
export function plotPaths(steps: readonly Step[], width: number, height: number): { line: string; area: string } {
  const first = steps[0];
  if (!first) return { line: '', area: '' };
  const x = (step: Step) => (step.at * width).toFixed(1);
  const y = (step: Step) => ((1 - step.height) * height).toFixed(1);
  const moves = steps.slice(1).map((step, before) => {
    const previous = steps[before] ?? first;
    return step.height === previous.height ? `H${x(step)}` : `H${x(step)}V${y(step)}`;
  });
  const line = `M${x(first)} ${y(first)}${moves.join('')}`;
  return { line, area: `${line}V${height}H${x(first)}Z` };
}
