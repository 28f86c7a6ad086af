// Practice's faults, wherever they show: in the strip, which says that they are on, and on their own screen. The shell
// keeps them; this is what it last said.

import { backend, type FaultPlanForm, type FaultRule, type FaultRuleView, type FaultsView } from '$lib/backend';
import { forgetWithProfile } from './profile-scope';

let view = $state.raw<FaultsView | undefined>(undefined);
/** Answers that were overtaken by a newer question are dropped: what was chosen last is what shows. */
let question = 0;

async function take(asked: Promise<FaultsView>): Promise<void> {
  const mine = ++question;
  const answer = await asked;
  if (mine === question) view = answer;
}

/** Whether a rule has met all that it ever will. */
export function isSpent({ rule, counted }: FaultRuleView): boolean {
  if (typeof rule.when === 'string') return false;
  if ('nth' in rule.when && rule.when.nth !== undefined) return counted >= rule.when.nth;
  if ('first' in rule.when && rule.when.first !== undefined) return counted >= rule.when.first;
  return false;
}

/** The plan of a view as it is sent back: its rules go on counting. */
export function planOf(now: FaultsView): FaultPlanForm {
  return {
    seed: now.seed,
    refusesConnections: now.refusesConnections,
    repeatedReferences: now.repeatedReferences,
    rules: now.rules.map(({ number, rule }) => ({ number, rule })),
  };
}

/** A gateway in good health. */
const NONE: FaultPlanForm = { seed: 0, refusesConnections: false, repeatedReferences: 'reject', rules: [] };

export const faults = {
  get view(): FaultsView | undefined {
    return view;
  },
  /** How many things can still go wrong. */
  get live(): number {
    if (!view) return 0;
    const rules = view.rules.filter((rule) => !isSpent(rule)).length;
    return rules + Number(view.refusesConnections) + Number(view.repeatedReferences !== 'reject');
  },
  read: () => take(backend.practiceFaults()),
  off: () => take(backend.setPracticeFaults(NONE)),
  /** Adds rules to those in force, and changes what else is named. What is spent goes: it would only stand in the way. */
  add(rules: readonly FaultRule[], change: Partial<Omit<FaultPlanForm, 'rules'>> = {}): Promise<void> {
    if (!view) return Promise.resolve();
    const live = planOf({ ...view, rules: view.rules.filter((rule) => !isSpent(rule)) });
    // What waits already need not wait twice.
    const words = new Set(live.rules.map(({ rule }) => JSON.stringify(rule)));
    const added = rules.filter((rule) => !words.has(JSON.stringify(rule))).map((rule) => ({ number: null, rule }));
    return take(backend.setPracticeFaults({ ...live, ...change, rules: [...live.rules, ...added] }));
  },
  remove(number: number): Promise<void> {
    if (!view) return Promise.resolve();
    const plan = planOf(view);
    return take(backend.setPracticeFaults({ ...plan, rules: plan.rules.filter((rule) => rule.number !== number) }));
  },
  change(change: Partial<Omit<FaultPlanForm, 'rules'>>): Promise<void> {
    return view ? take(backend.setPracticeFaults({ ...planOf(view), ...change })) : Promise.resolve();
  },
};

forgetWithProfile(() => {
  question += 1;
  view = undefined;
});
