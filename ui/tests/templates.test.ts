// The templates' form promises: nothing that was typed is lost, the last page that was asked for wins, what is wrong stands
// at its field, and what comes with the program is not changed.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TemplateForm, TemplateSight, TemplateSummary, TemplateToSee } from '../src/lib/backend';
import { backend, BackendError } from '../src/lib/backend';
import { Templates } from '../src/screens/print-room/templates/templates.svelte';

vi.mock('../src/lib/backend', async (original) => ({
  ...(await original<typeof import('../src/lib/backend')>()),
  backend: {
    templates: vi.fn(),
    template: vi.fn(),
    seeTemplate: vi.fn(),
    saveTemplate: vi.fn(),
    removeTemplate: vi.fn(),
    exportTemplate: vi.fn(),
    readTemplate: vi.fn(),
  },
}));
const api = vi.mocked(backend);

const TEXTS = { greeting: 'Hola', lead: 'L', step1: '1', step2: '2', step3: '3', closingTitle: 'T', closing: 'C' };
const form = (more: Partial<TemplateForm> = {}): TemplateForm => ({
  name: 'Nuestra',
  design: 'classic',
  accent: '#141414',
  logo: null,
  spanish: { ...TEXTS },
  english: { ...TEXTS, greeting: 'Hello' },
  sender1: '',
  sender2: '',
  hasAddress: true,
  hasSender: true,
  hasFoldMarks: true,
  ...more,
});
const summary = (id: string, version: number): TemplateSummary => ({
  id,
  name: version === 0 ? null : 'Nuestra',
  version,
  languages: ['spanish', 'english', 'both'],
  changedAt: null,
  changedBy: null,
});
const sight = (more: Partial<TemplateSight> = {}): TemplateSight => ({
  problems: [],
  pngBase64: 'page',
  language: 'spanish',
  contrastHundredths: 1800,
  ...more,
});
const settle = () => new Promise((resolve) => setTimeout(resolve));

async function opened(version = 1): Promise<Templates> {
  const templates = new Templates();
  api.template.mockResolvedValue({ summary: summary(version === 0 ? 'classic' : 't-1', version), form: form() });
  templates.open('any');
  await settle();
  return templates;
}

beforeEach(() => {
  vi.resetAllMocks();
  api.templates.mockResolvedValue([summary('classic', 0), summary('t-1', 1)]);
  api.seeTemplate.mockResolvedValue(sight());
});

describe('the form of a template', () => {
  it('shows what is wrong at its field, and keeps the last page in sight meanwhile', async () => {
    const templates = await opened();
    await templates.look();
    api.seeTemplate.mockResolvedValue(
      sight({ pngBase64: null, problems: [{ field: 'accent', code: 'colour_form', severity: 'error', params: {} }] }),
    );
    if (templates.form) templates.form.accent = 'red';
    await templates.look();
    expect(templates.problemAt('accent')?.message).toContain('#1e40af');
    expect(templates.problemAt('logo')).toBeUndefined();
    expect(templates.sight.value?.pngBase64).toBe('page');
  });

  it('drops a page that a newer one has overtaken', async () => {
    const templates = await opened();
    let answerFirst: (value: TemplateSight) => void = () => undefined;
    api.seeTemplate.mockReturnValueOnce(new Promise((resolve) => (answerFirst = resolve)));
    const first = templates.look();
    api.seeTemplate.mockResolvedValueOnce(sight({ pngBase64: 'second' }));
    await templates.look();
    answerFirst(sight({ pngBase64: 'first' }));
    await first;
    expect(templates.sight.value?.pngBase64).toBe('second');
  });

  it('loses nothing that was typed when another template is opened', async () => {
    const templates = await opened();
    if (templates.form) templates.form.name = 'Otra';
    expect(templates.isChanged).toBe(true);
    templates.open('classic');
    await settle();
    expect(templates.form?.name).toBe('Otra');
    expect(templates.waiting).toBeDefined();
    api.template.mockResolvedValue({ summary: summary('classic', 0), form: form({ name: '' }) });
    templates.discard();
    await settle();
    expect(templates.summary?.id).toBe('classic');
    expect(templates.isChanged).toBe(false);
  });

  it('brings the texts of a language back when it is switched on again', async () => {
    const templates = await opened();
    templates.speak('spanish');
    expect(templates.form?.english).toBeNull();
    expect(templates.languages).toBe('spanish');
    templates.speak('both');
    expect(templates.form?.english?.greeting).toBe('Hello');
  });

  it('duplicates one that comes with the program, and never saves over it', async () => {
    const templates = await opened(0);
    expect(templates.isShipped).toBe(true);
    expect(await templates.save()).toBeUndefined();
    expect(api.saveTemplate).not.toHaveBeenCalled();
    templates.duplicate();
    expect(templates.form?.name).toBe('Copia de Clásica');
    expect(templates.isChanged).toBe(true);
    api.saveTemplate.mockResolvedValue({ summary: summary('t-9', 1), unfit: [] });
    await templates.save();
    const [asked, version] = api.saveTemplate.mock.calls[0] as [TemplateToSee, number];
    expect([asked.id, version]).toEqual([null, 0]);
    expect(templates.isChanged).toBe(false);
  });

  it('tells what is wrong at the top when it is saved, and keeps what was typed', async () => {
    const templates = await opened();
    api.saveTemplate.mockRejectedValue(
      new BackendError({
        code: 'fields_need_mending',
        message: null,
        params: {},
        field: 'templateName',
        fields: [{ field: 'templateName', code: 'name_taken', severity: 'error', params: {} }],
        retryable: false,
        reference: null,
      }),
    );
    if (templates.form) templates.form.name = 'Tomada';
    expect(await templates.save()).toBeUndefined();
    expect(templates.summaryLines()[0]?.field).toBe('template-templateName');
    expect(templates.form?.name).toBe('Tomada');
    expect(templates.isChanged).toBe(true);
  });

  it('reads a file into the form without keeping anything', async () => {
    const templates = new Templates();
    api.readTemplate.mockResolvedValue(form({ name: 'De afuera' }));
    templates.import(new File(['{}'], 'x.json'));
    await vi.waitFor(() => expect(templates.form?.name).toBe('De afuera'));
    expect(templates.isChanged).toBe(true);
    expect(api.saveTemplate).not.toHaveBeenCalled();
  });

  it('takes a logo as it is: the desk judges it', async () => {
    const templates = await opened();
    await templates.takeLogo(new File([new Uint8Array([137, 80, 78, 71])], 'logo.png'));
    expect(templates.form?.logo).toEqual({ fileBase64: 'iVBORw==', placement: 'beside_name', scalePercent: 100 });
  });
});
