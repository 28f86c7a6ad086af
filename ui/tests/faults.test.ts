// Practice's faults in the window: what a rule says, what is sent for it, and when it is over.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { faults, isSpent } from '../src/lib/app/faults.svelte';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { backend, type FaultPlanForm, type FaultRule, type FaultRuleView, type FaultsView } from '../src/lib/backend';
import { badDay, isUnfamiliar, PRESETS, UNFAMILIAR } from '../src/screens/faults/presets';
import { fault, FAULTS, faultWords, occurrence, partsOf, whenWords, type FaultName } from '../src/screens/faults/rules';
import { RuleFormState } from '../src/screens/faults/rule-form.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { practiceFaults: vi.fn(), setPracticeFaults: vi.fn() } }));

const LOST: FaultRule = {
  requests: ['money'],
  when: { nth: 1 },
  fault: { drop: { moment: 'after_applying' } },
};
const inForce = (number: number, rule: FaultRule, counted = 0): FaultRuleView => ({
  number,
  rule,
  counted,
  met: Math.min(counted, 1),
});
const view = (...rules: FaultRuleView[]): FaultsView => ({
  seed: 7,
  refusesConnections: false,
  repeatedReferences: 'reject',
  repeated: 0,
  rules,
  answerLimitMs: 30_000,
});
const sent = (): FaultPlanForm | undefined => vi.mocked(backend.setPracticeFaults).mock.lastCall?.[0];

beforeEach(() => {
  forgetProfile();
  vi.clearAllMocks();
  vi.mocked(backend.setPracticeFaults).mockImplementation((plan: FaultPlanForm) =>
    Promise.resolve({
      ...view(),
      ...plan,
      rules: plan.rules.map(({ number, rule }, at) => inForce(number ?? 100 + at, rule)),
    }),
  );
});

async function shows(now: FaultsView): Promise<void> {
  vi.mocked(backend.practiceFaults).mockResolvedValue(now);
  await faults.read();
}

describe('the faults in force', () => {
  it('go on counting when another rule is added', async () => {
    const often: FaultRule = { ...LOST, when: { every: 2 } };
    await shows(view(inForce(3, often, 1)));
    await faults.add([LOST]);
    expect(sent()?.rules).toEqual([
      { number: 3, rule: often },
      { number: null, rule: LOST },
    ]);
  });

  it('let a situation that is over happen again, and none wait twice', async () => {
    await shows(view(inForce(0, LOST, 4)));
    expect(faults.live).toBe(0);
    await faults.add([LOST]);
    expect(sent()?.rules).toEqual([{ number: null, rule: LOST }]);
    expect(faults.live).toBe(1);
    await faults.add([LOST]);
    expect(sent()?.rules).toEqual([{ number: 100, rule: LOST }]);
  });

  it('are all turned off at once', async () => {
    await shows({ ...view(inForce(0, LOST)), refusesConnections: true, repeatedReferences: 'apply_again' });
    expect(faults.live).toBe(3);
    await faults.off();
    expect(sent()).toEqual({ seed: 0, refusesConnections: false, repeatedReferences: 'reject', rules: [] });
    expect(faults.live).toBe(0);
  });

  it('have new fields and words in every answer for as long as the switch says so', async () => {
    await shows(view());
    expect(isUnfamiliar(view(inForce(3, { ...UNFAMILIAR, requests: ['reads'] })))).toBe(false);
    await faults.add([UNFAMILIAR]);
    expect(isUnfamiliar(faults.view ?? view())).toBe(true);
    expect(faults.live).toBe(1);
  });

  it('lose the one rule that is taken out', async () => {
    await shows(view(inForce(0, LOST), inForce(1, { ...LOST, when: 'always' })));
    await faults.remove(0);
    expect(sent()?.rules.map(({ number }) => number)).toEqual([1]);
  });

  it('show what was chosen last, whichever answer comes first', async () => {
    await shows(view());
    let late: (value: FaultsView) => void = () => undefined;
    vi.mocked(backend.practiceFaults).mockReturnValue(new Promise((resolve) => (late = resolve)));
    const reading = faults.read();
    await faults.add([LOST]);
    late(view());
    await reading;
    expect(faults.view?.rules).toHaveLength(1);
  });

  it('are forgotten with the company', async () => {
    await shows(view(inForce(0, LOST)));
    forgetProfile();
    expect(faults.view).toBeUndefined();
    expect(faults.live).toBe(0);
  });
});

describe('a rule', () => {
  it('is over once it met what it was for', () => {
    const at = (when: FaultRule['when'], counted: number) => isSpent(inForce(0, { ...LOST, when }, counted));
    expect(at({ nth: 2 }, 1)).toBe(false);
    expect(at({ nth: 2 }, 2)).toBe(true);
    expect(at({ first: 3 }, 2)).toBe(false);
    expect(at({ first: 3 }, 3)).toBe(true);
    expect(at({ every: 2 }, 9)).toBe(false);
    expect(at({ chance_in_10000: 1 }, 9)).toBe(false);
    expect(at('always', 9)).toBe(false);
  });

  it.each(Object.keys(FAULTS) as FaultName[])('of the kind %s is read back as it was chosen', (name) => {
    const figure = name.startsWith('edge') ? 503 : 5;
    const back = partsOf(fault(name, figure, 30_000));
    expect(back.name).toBe(name);
    expect(faultWords(fault(name, figure, 30_000))).not.toContain('undefined');
    if (/edge|delay|throttle|refuse|hide/.test(name)) expect(back.figure).toBe(figure);
  });

  it('says how many it meets', () => {
    expect(whenWords(occurrence('next', 9))).toBe('solo la próxima');
    expect(whenWords(occurrence('nth', 3))).toBe('solo la número 3');
    expect(whenWords(occurrence('first', 1))).toBe('la primera');
    expect(whenWords(occurrence('every', 5))).toBe('una de cada 5');
    expect(whenWords(occurrence('share', 20))).toBe('20 % al azar');
    expect(whenWords({ chance_in_10000: 250 })).toBe('2.5 % al azar');
    expect(whenWords(occurrence('always', 9))).toBe('todas');
  });

  it('waits for twice the desk’s own limit when the answer is to be too late', () => {
    expect(fault('slow_answer', 0, 30_000)).toEqual({ slow_answer: { timeout_ms: 30_000 } });
    expect(faultWords(fault('slow_answer', 0, 30_000))).toContain('60 segundos');
  });
});

describe('the form of a rule', () => {
  it.each(['', '0', '-1', '1.5', '1e3', '١', '601'])('takes no %s seconds, and says so at the field', (typed) => {
    const form = new RuleFormState();
    form.fault = 'delay';
    form.figure = typed;
    expect(form.problemAt('figure')).toBeUndefined();
    expect(form.take(30_000)).toBeUndefined();
    expect(form.problemAt('figure')?.message).toContain('de 1 a 600');
    expect(form.summary()).toEqual([{ field: 'rule-figure', message: 'Escriba un número entero de 1 a 600' }]);
  });

  it('makes a rule of what was chosen', () => {
    const form = new RuleFormState();
    form.requests = 'transfer_between_cards';
    form.when = 'share';
    form.number = ' 25 ';
    form.fault = 'edge_before';
    form.status = '504';
    expect(form.take(30_000)).toEqual({
      requests: ['transfer_between_cards'],
      when: { chance_in_10000: 2500 },
      fault: { edge_page: { status: 504, moment: 'before_applying' } },
    });
  });

  it('takes no share above a hundred', () => {
    const form = new RuleFormState();
    form.when = 'share';
    form.number = '101';
    expect(form.take(30_000)).toBeUndefined();
  });
});

describe('the situations', () => {
  it('each do something', () => {
    for (const preset of PRESETS) {
      expect(preset.rules(30_000).length + Object.keys(preset.change ?? {}).length, preset.id).toBeGreaterThan(0);
    }
  });

  it('of a bad day together meet about as many as were asked for', () => {
    const chances = badDay(20, 30_000).map(({ when }) => (when as { chance_in_10000: number }).chance_in_10000);
    const whole = chances.reduce((sum, chance) => sum + chance, 0);
    expect(whole).toBe(2000);
    expect(badDay(1, 30_000).every(({ when }) => (when as { chance_in_10000: number }).chance_in_10000 > 0)).toBe(true);
  });
});
