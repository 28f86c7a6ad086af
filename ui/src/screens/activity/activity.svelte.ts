// What everybody did, as it is filtered: by what it is about, how it ended, who did it, on which day, and by what stands in it.
// What was chosen is kept while another screen is on.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type ActivityPage, type ActivityRow } from '$lib/backend';
import { dateToWire, isCalendarDate } from '$lib/i18n/typed-date';
import { chosenIn, RecordStretch } from '../happenings/happenings.svelte';

export class Activity extends RecordStretch<ActivityRow> {
  /** Who did it; everybody while it is empty. */
  operator = $state('');
  /** The day as it was typed; any day while it is empty. */
  dayTyped = $state('');
  /** Everybody who did anything here. */
  operators = $state.raw<readonly string[]>([]);

  /** The day in the shell's form; nothing for none, and for what is no day. */
  get day(): string | null {
    const wire = dateToWire(this.dayTyped);
    return isCalendarDate(wire) ? wire : null;
  }

  get isNoDay(): boolean {
    return this.dayTyped.trim() !== '' && this.day === null;
  }

  override get isFiltered(): boolean {
    return super.isFiltered || this.operator !== '' || this.day !== null;
  }

  override get isNarrowed(): boolean {
    return this.isFiltered || this.dayTyped.trim() !== '';
  }

  override async showAll(): Promise<void> {
    this.operator = '';
    this.dayTyped = '';
    await super.showAll();
  }

  protected numberOf({ happening }: ActivityRow): string {
    return happening.number;
  }

  protected async page(before: string | null, limit: number): Promise<ActivityPage> {
    const operator = this.operator === '' ? null : this.operator;
    const page = await backend.activity({ before, ...chosenIn(this), operator, day: this.day, limit });
    this.operators = page.operators;
    return page;
  }

  clear(): void {
    this.kind = 'all';
    this.result = 'all';
    this.text = '';
    this.operator = '';
    this.dayTyped = '';
    this.operators = [];
    this.rows = [];
    this.hasOlder = false;
    this.loaded.clear();
  }
}

export const activity = new Activity();
forgetWithProfile(() => activity.clear());
