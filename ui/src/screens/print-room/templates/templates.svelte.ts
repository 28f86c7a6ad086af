// The templates of inserts: their list, and the form of one with the page that it makes. The desk makes the page and says
// what is wrong; here is only what was typed, and whether it was saved.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { Loadable } from '$lib/app/loadable.svelte';
import { work } from '$lib/app/work.svelte';
import {
  backend,
  type Field,
  type FieldProblem,
  type InsertLanguage,
  type TemplateForm,
  type TemplateSaved,
  type TemplateSight,
  type TemplateSummary,
  type TemplateTexts,
  type TemplateUnfit,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import type { Problem } from '$lib/components/Field.svelte';
import { problemText, problemShown } from '$lib/i18n/errors';
import { t } from '$lib/i18n/index.svelte';
import { templateName, type Languages } from './template-words';

/** A form that is still being typed in is not drawn yet, in milliseconds. */
export const SETTLE_MS = 250;

/** The largest logo that is read at all, in bytes; the desk has the same limit. */
export const MAX_LOGO_BYTES = 2 * 1024 * 1024;

const NO_TEXTS: TemplateTexts = {
  greeting: '',
  lead: '',
  step1: '',
  step2: '',
  step3: '',
  closingTitle: '',
  closing: '',
};

/** A file in base64, as the browser's own reader writes it. */
function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error('a file could not be read'));
    reader.readAsDataURL(file);
  });
}

function textOf(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('a file could not be read'));
    reader.readAsText(file);
  });
}

export class Templates {
  readonly list = new Loadable<TemplateSummary[]>();
  readonly sight = new Loadable<TemplateSight>();
  /** The template in the form; nothing while a new one is. */
  summary = $state.raw<TemplateSummary | undefined>(undefined);
  form = $state<TemplateForm | undefined>(undefined);
  /** The form as it was opened or saved. */
  #before = $state.raw<string | undefined>(undefined);
  /** The paper that the form is looked at on, by its word. */
  paper = $state('letter-trifold-10');
  language = $state<InsertLanguage>('spanish');
  saving = $state(false);
  failure = $state.raw<BackendError | undefined>(undefined);
  attempt = $state(0);
  /** What the last save was told of papers on which the template can't be used. */
  unfit = $state.raw<readonly TemplateUnfit[]>([]);
  /** What is to be opened once the changes are saved or given up. */
  waiting = $state.raw<(() => void) | undefined>(undefined);
  /** Texts of a language that was switched off: they are there again when it is switched on. */
  #texts: Partial<Record<'spanish' | 'english', TemplateTexts>> = {};
  /** Rises with each template that is opened: an answer about one before it is dropped. */
  #opened = 0;

  /** The templates that come with the program are used and duplicated, not changed. */
  get isShipped(): boolean {
    return this.summary?.version === 0;
  }

  get isChanged(): boolean {
    return this.form !== undefined && !this.isShipped && this.#before !== JSON.stringify(this.form);
  }

  get problems(): readonly FieldProblem[] {
    return this.sight.value?.problems ?? [];
  }

  /** The languages of the form's texts. */
  get languages(): Languages {
    if (!this.form?.english) return 'spanish';
    return this.form.spanish ? 'both' : 'english';
  }

  problemAt(...fields: Field[]): Problem | undefined {
    if (this.isShipped) return undefined;
    const here = this.problems.find((problem) => fields.includes(problem.field));
    return here && problemShown(here);
  }

  summaryLines(): Array<{ field: string | null; message: string }> {
    if (this.attempt === 0) return [];
    return this.problems.map((problem) => ({ field: `template-${problem.field}`, message: problemText(problem) }));
  }

  async refresh(): Promise<void> {
    await this.list.run(() => backend.templates());
  }

  /** Opens a template in the form, once nothing that was typed is lost by it. */
  open(id: string): void {
    this.#unlessChanged(() => void this.#fetch(id));
  }

  async #fetch(id: string): Promise<void> {
    const opened = ++this.#opened;
    this.failure = undefined;
    try {
      const { summary, form } = await backend.template(id);
      if (opened === this.#opened) this.#take(form, summary);
    } catch (thrown) {
      if (opened === this.#opened) this.failure = asBackendError(thrown);
    }
  }

  /** A copy of the template in the form, as a new one. */
  duplicate(): void {
    const { form, summary } = this;
    if (!form) return;
    this.#unlessChanged(() => {
      const name = summary ? templateName(summary) : form.name;
      this.#take({ ...($state.snapshot(form) as TemplateForm), name: t('template.copy_of', { name }) }, undefined);
      this.#before = undefined;
    });
  }

  /** Reads the file of a template into the form, as a new one. */
  import(file: File): void {
    this.#unlessChanged(() => void this.#read(file));
  }

  async #read(file: File): Promise<void> {
    const opened = ++this.#opened;
    this.failure = undefined;
    try {
      const form = await backend.readTemplate(await textOf(file));
      if (opened !== this.#opened) return;
      this.#take(form, undefined);
      this.#before = undefined;
      work.say(() => t('template.imported'));
    } catch (thrown) {
      if (opened === this.#opened) this.failure = asBackendError(thrown);
    }
  }

  #unlessChanged(then: () => void): void {
    if (this.isChanged) this.waiting = then;
    else then();
  }

  /** Gives the changes up, and goes on to what waited for that. */
  discard(): void {
    const then = this.waiting;
    this.waiting = undefined;
    if (this.#before !== undefined) this.form = JSON.parse(this.#before) as TemplateForm;
    else this.form = undefined;
    then?.();
  }

  #take(form: TemplateForm, summary: TemplateSummary | undefined): void {
    this.#opened += 1;
    this.#texts = {};
    this.summary = summary;
    this.form = form;
    this.#before = JSON.stringify(this.form);
    this.attempt = 0;
    this.failure = undefined;
    this.unfit = [];
    this.waiting = undefined;
    this.sight.clear();
  }

  /** Switches languages on and off; texts that were typed come back with theirs. */
  speak(languages: Languages): void {
    const { form } = this;
    if (!form) return;
    for (const language of ['spanish', 'english'] as const) {
      const isOn = languages === 'both' || languages === language;
      if (!isOn && form[language]) this.#texts[language] = { ...form[language] };
      form[language] = isOn ? (form[language] ?? this.#texts[language] ?? { ...NO_TEXTS }) : null;
    }
  }

  /** Takes a logo from a file, as it is: the desk judges it. */
  async takeLogo(file: File): Promise<void> {
    const { form } = this;
    if (!form) return;
    // What is too large is not even read; a file of that many bytes is refused with the same words.
    const fileBase64 = await base64Of(file.slice(0, MAX_LOGO_BYTES + 1));
    form.logo = {
      fileBase64,
      placement: form.logo?.placement ?? 'beside_name',
      scalePercent: form.logo?.scalePercent ?? 100,
    };
  }

  #asked() {
    const form = $state.snapshot(this.form) as TemplateForm;
    // The window names what comes with the program; the desk wants a name of every form.
    const name = this.isShipped && this.summary ? templateName(this.summary) : form.name;
    return { id: this.summary?.id ?? null, form: { ...form, name }, paper: this.paper, language: this.language };
  }

  /** Has the page drawn anew. An answer that a newer question has overtaken is dropped. */
  async look(): Promise<void> {
    if (!this.form) return;
    const asked = this.#asked();
    const before = this.sight.value?.pngBase64 ?? null;
    await this.sight.run(async () => {
      const sight = await backend.seeTemplate(asked);
      // While something is wrong the last page stays in sight.
      return { ...sight, pngBase64: sight.pngBase64 ?? before };
    });
  }

  /** Keeps it. What came of it, or nothing if something has to be mended first. */
  async save(): Promise<TemplateSaved | undefined> {
    if (!this.form || this.saving || this.isShipped) return undefined;
    this.saving = true;
    this.failure = undefined;
    const asked = this.#asked();
    try {
      const saved = await backend.saveTemplate(asked, this.summary?.version ?? 0);
      this.summary = saved.summary;
      this.#before = JSON.stringify(asked.form);
      this.unfit = saved.unfit;
      this.attempt = 0;
      const then = this.waiting;
      this.waiting = undefined;
      await this.refresh();
      then?.();
      return saved;
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (error.fields.length === 0) this.failure = error;
      else {
        const { value } = this.sight;
        this.sight.value = {
          language: this.language,
          contrastHundredths: null,
          pngBase64: null,
          ...value,
          problems: [...error.fields],
        };
        this.attempt += 1;
      }
      return undefined;
    } finally {
      this.saving = false;
    }
  }

  /** Removes the template in the form. Whether it is gone. */
  async remove(): Promise<boolean> {
    const { summary } = this;
    if (!summary || this.isShipped) return false;
    this.failure = undefined;
    try {
      const left = await backend.removeTemplate(summary.id, summary.version);
      await this.list.run(() => Promise.resolve(left));
      this.form = undefined;
      this.#before = undefined;
      await this.#fetch('classic');
      return true;
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      return false;
    }
  }

  /** Saves it as a file. Where it is. */
  async export(): Promise<string | undefined> {
    const { summary } = this;
    if (!summary) return undefined;
    this.failure = undefined;
    try {
      return await backend.exportTemplate(summary.id, templateName(summary));
    } catch (thrown) {
      this.failure = asBackendError(thrown);
      return undefined;
    }
  }

  clear(): void {
    this.#opened += 1;
    this.list.clear();
    this.sight.clear();
    this.summary = undefined;
    this.form = undefined;
    this.#before = undefined;
    this.#texts = {};
    this.failure = undefined;
    this.attempt = 0;
    this.unfit = [];
    this.waiting = undefined;
  }
}

export const templates = new Templates();
forgetWithProfile(() => templates.clear());
