// The line over the movements tells the truth about the balance.
import { describe, expect, it } from 'vitest';
import type { MovementRow } from '../src/lib/backend';
import { balanceSteps, plotPaths, toTenThousandths } from '../src/screens/card/balance-plot';

const from = new Date('2026-11-01T06:00:00Z');
const to = new Date('2026-12-01T06:00:00Z');
const row = (at: string, amount: string, balance: string | null): MovementRow => ({
  movementId: at,
  at,
  kind: 'load',
  kindWord: 'ADD_FUNDS',
  description: null,
  reference: null,
  isOurs: false,
  direction: amount.startsWith('-') ? 'out' : 'in',
  amount,
  currency: 'GTQ',
  balance,
  isBalanceComputed: false,
});

describe('the line of the balance', () => {
  it('begins with what was there before the first movement and ends now', () => {
    const steps = balanceSteps([row('2026-11-16T06:00:00Z', '50.00', '150.00')], 'GTQ', from, to, 0.75);
    expect(steps).toEqual([
      { at: 0, height: 0.6666 },
      { at: 0.5, height: 1 },
      { at: 0.75, height: 1 },
    ]);
  });

  it('is measured from zero, and below it only for an overdrawn card', () => {
    const steps = balanceSteps([row('2026-11-16T06:00:00Z', '-20.00', '-10.00')], 'GTQ', from, to, 1);
    expect(steps.map((step) => step.height)).toEqual([1, 0, 0]);
  });

  it('is not drawn where the gateway tells no balances', () => {
    expect(balanceSteps([row('2026-11-16T06:00:00Z', '50.00', null)], 'GTQ', from, to, 1)).toEqual([]);
    expect(balanceSteps([], 'GTQ', from, to, 1)).toEqual([]);
    expect(plotPaths([], 100, 10)).toEqual({ line: '', area: '' });
  });

  it('passes over a movement whose balance is missing, and draws the others', () => {
    const rows = [
      row('2026-11-21T06:00:00Z', '-50.00', '100.00'),
      row('2026-11-16T06:00:00Z', '-25.00', null),
      row('2026-11-06T06:00:00Z', '200.00', '200.00'),
    ];
    expect(balanceSteps(rows, 'GTQ', from, to, 1).map((step) => step.height)).toEqual([0, 1, 0.5, 0.5]);
  });

  it('does not make up what was there before a movement that does not say so', () => {
    const known = row('2026-11-16T06:00:00Z', '-25.00', '100.00');
    for (const first of [
      { ...known, direction: 'unknown' as const },
      { ...known, currency: 'USD' },
    ]) {
      expect(balanceSteps([first], 'GTQ', from, to, 1)).toEqual([
        { at: 0.5, height: 1 },
        { at: 1, height: 1 },
      ]);
    }
  });

  it('shows what happened within one afternoon as steps wide enough to be seen', () => {
    const rows = [row('2026-11-24T18:01:00Z', '-50.00', '150.00'), row('2026-11-24T18:00:00Z', '200.00', '200.00')];
    const steps = balanceSteps(rows, 'GTQ', from, to, 0.78);
    const widths = steps.slice(1).map((step, before) => step.at - (steps[before]?.at ?? 0));
    expect(steps.map((step) => step.height)).toEqual([0, 1, 0.75, 0.75]);
    expect(Math.min(...widths)).toBeGreaterThan(0.025);
    expect(steps.every((step) => step.at >= 0 && step.at <= 1)).toBe(true);
  });

  it('moves in steps, never in slopes', () => {
    const paths = plotPaths(
      [
        { at: 0, height: 0 },
        { at: 0.5, height: 1 },
        { at: 1, height: 1 },
      ],
      100,
      10,
    );
    expect(paths.line).toBe('M0.0 10.0H50.0V0.0H100.0');
    expect(paths.area).toBe('M0.0 10.0H50.0V0.0H100.0V10H0.0Z');
  });

  it('reads amounts to the gateway’s four places without a float', () => {
    expect(toTenThousandths('90071992547409931234.5678')).toBe(900719925474099312345678n);
    expect(toTenThousandths('-0.1')).toBe(-1000n);
    expect(toTenThousandths('1e3')).toBeNull();
  });
});
