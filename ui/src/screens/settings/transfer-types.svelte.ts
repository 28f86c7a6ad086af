// The types of transfers that a company makes: rows of a form, checked by the desk and made all at once. The contract gives
// no list of those that there are, so that what was made is only told. The form outlives the screen, so that looking something
// up in the middle of it loses nothing.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { backend, type Field, type FieldProblem, type TransferTypeForm } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { problemText, problemShown } from '$lib/i18n/errors';
import { t, type MessageKey } from '$lib/i18n/index.svelte';

/** A column of the form, and what the desk calls its field. */
export const TYPE_FIELDS: Record<keyof TransferTypeForm, Field> = {
  typeWord: 'typeWord',
  typeName: 'typeName',
  channel: 'channel',
  movementType: 'movementType',
  model: 'typeModel',
};

/** The contract's words for each choice. */
export const TYPE_CHOICES: Record<'channel' | 'movementType' | 'model', Record<string, MessageKey>> = {
  channel: { financialNetwork: 'types.channel.financial_network', webService: 'types.channel.web_service' },
  movementType: { debit: 'types.movement.debit', credit: 'types.movement.credit' },
  model: { settlement: 'types.model.settlement', reversed: 'types.model.reversed' },
};

const EMPTY: TransferTypeForm = { typeWord: '', channel: '', movementType: '', model: '', typeName: '' };

/** As it was called: its name with its word, or its word alone. */
function nameOf({ typeWord, typeName }: TransferTypeForm): string {
  return typeName.trim() === '' ? typeWord.trim() : `${typeName.trim()} (${typeWord.trim()})`;
}

export interface TypeRow {
  /** Tells it from the others while rows come and go. */
  key: number;
  type: TransferTypeForm;
  /** Columns that were left once: only they speak up before the form is submitted. */
  left: Partial<Record<keyof TransferTypeForm, true>>;
}

export class TransferTypes {
  rows = $state<TypeRow[]>([]);
  attempt = $state(0);
  busy = $state(false);
  found = $state.raw<readonly FieldProblem[]>([]);
  failure = $state.raw<BackendError | undefined>(undefined);
  /** What was made in this form, the latest last: nothing else tells it, as the gateway gives no list. */
  made = $state.raw<readonly string[]>([]);

  #nextKey = 1;
  #check = 0;

  constructor() {
    this.add();
  }

  add(): TypeRow {
    this.rows.push({ key: this.#nextKey++, type: { ...EMPTY }, left: {} });
    return this.rows.at(-1) as TypeRow;
  }

  remove(key: number): void {
    this.rows = this.rows.filter((row) => row.key !== key);
    if (this.rows.length === 0) this.add();
    void this.check();
  }

  idOf(row: TypeRow, column: keyof TransferTypeForm): string {
    return `type-${row.key}-${column}`;
  }

  problemAt(row: TypeRow, column: keyof TransferTypeForm): Problem | undefined {
    if (this.attempt === 0 && !row.left[column]) return undefined;
    const index = String(this.rows.indexOf(row));
    const here = this.found.find((problem) => problem.field === TYPE_FIELDS[column] && problem.params.row === index);
    return here && problemShown(here);
  }

  summary(): Array<{ field: string | null; message: string }> {
    if (this.attempt === 0) return [];
    return this.found.map((problem) => {
      const row = this.rows[Number(problem.params.row)];
      const column = (Object.keys(TYPE_FIELDS) as Array<keyof TransferTypeForm>).find(
        (each) => TYPE_FIELDS[each] === problem.field,
      );
      if (!row || !column) return { field: null, message: problemText(problem) };
      const place = t('types.row', { number: this.rows.indexOf(row) + 1 });
      return { field: this.idOf(row, column), message: `${place}: ${problemText(problem)}` };
    });
  }

  #wire(): TransferTypeForm[] {
    return $state.snapshot(this.rows).map(({ type }) => type);
  }

  async check(): Promise<void> {
    const check = ++this.#check;
    try {
      const found = await backend.checkTransferTypes(this.#wire());
      if (check === this.#check) this.found = found;
    } catch {
      // Submitting checks again, and says so if it can't.
    }
  }

  /** Whoever leaves a row in which nothing is yet has not gone past anything: what spoke up would push away what is pressed. */
  async leave(row: TypeRow, column: keyof TransferTypeForm): Promise<void> {
    if (Object.values(row.type).every((typed) => typed.trim() === '')) return;
    row.left[column] = true;
    await this.check();
  }

  /** Makes them. Whether they were made. */
  async submit(): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    try {
      // Its own answer decides, whatever other checks are on their way.
      this.#check += 1;
      const types = this.#wire();
      this.found = await backend.checkTransferTypes(types);
      if (this.found.length > 0) return false;
      await backend.createTransferTypes(types);
      this.made = [...this.made, ...types.map(nameOf)];
      this.rows = [];
      this.add();
      this.attempt = -1;
      return true;
    } catch (thrown) {
      const error = asBackendError(thrown);
      this.found = error.fields;
      if (error.fields.length === 0) this.failure = error;
      return false;
    } finally {
      this.busy = false;
      this.attempt += 1;
    }
  }
}

let form = new TransferTypes();
let isOpen = $state(false);

/** The form of the company that is worked in. What is on its way of another one's comes back to that one's alone. */
export const transferTypes = {
  get form(): TransferTypes {
    return form;
  },
  /** Whether it stands in the settings, also while another screen is on. */
  get isOpen(): boolean {
    return isOpen;
  },
  set isOpen(next: boolean) {
    isOpen = next;
  },
};

forgetWithProfile(() => {
  form = new TransferTypes();
  isOpen = false;
});
