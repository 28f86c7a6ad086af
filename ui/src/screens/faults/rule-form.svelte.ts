// One more rule: which requests, which of them, what happens, and whether the figures can be.

import type { FaultRule, RequestKind } from '$lib/backend';
import type { Problem } from '$lib/components/Field.svelte';
import { t } from '$lib/i18n/index.svelte';
import { fault, FIGURE, MOST, occurrence, wholeNumber, type FaultName, type WhenName } from './rules';

export type RuleField = 'number' | 'figure';
export const RULE_FIELD_IDS: Record<RuleField, string> = { number: 'rule-number', figure: 'rule-figure' };

export class RuleFormState {
  requests = $state<RequestKind>('money');
  when = $state<WhenName>('next');
  /** How many, or which, or of a hundred; `next` and `always` have none. */
  number = $state('');
  fault = $state<FaultName>('drop_after');
  /** Seconds, readings or a status. */
  figure = $state('');
  status = $state('502');
  left = $state<Partial<Record<RuleField, true>>>({});
  attempt = $state(0);

  get asksNumber(): boolean {
    return this.when !== 'next' && this.when !== 'always';
  }

  get #mostNumber(): number {
    return this.when === 'share' ? MOST.share : MOST.number;
  }

  get #mostFigure(): number {
    return FIGURE[this.fault] === 'readings' ? MOST.readings : MOST.seconds;
  }

  #wrong(field: RuleField): string | undefined {
    if (field === 'number') {
      if (!this.asksNumber || wholeNumber(this.number, this.#mostNumber) !== undefined) return undefined;
      return t('faults.problem.whole', { most: this.#mostNumber });
    }
    const kind = FIGURE[this.fault];
    if (kind === null || kind === 'status' || wholeNumber(this.figure, this.#mostFigure) !== undefined)
      return undefined;
    return t('faults.problem.whole', { most: this.#mostFigure });
  }

  problemAt(field: RuleField): Problem | undefined {
    const message = this.attempt > 0 || this.left[field] ? this.#wrong(field) : undefined;
    return message === undefined ? undefined : { message, severity: 'error' };
  }

  summary(): Array<{ field: string; message: string }> {
    if (this.attempt === 0) return [];
    return (['number', 'figure'] as const).flatMap((field) => {
      const message = this.#wrong(field);
      return message === undefined ? [] : [{ field: RULE_FIELD_IDS[field], message }];
    });
  }

  /** The rule, if every figure can be; otherwise what is wrong shows from now on. */
  take(answerLimitMs: number): FaultRule | undefined {
    if (this.#wrong('number') !== undefined || this.#wrong('figure') !== undefined) {
      this.attempt += 1;
      return undefined;
    }
    const figure = FIGURE[this.fault] === 'status' ? Number(this.status) : Number(this.figure);
    const rule: FaultRule = {
      requests: [this.requests],
      when: occurrence(this.when, Number(this.number)),
      fault: fault(this.fault, figure, answerLimitMs),
    };
    this.attempt = 0;
    this.left = {};
    return rule;
  }
}
