// The templates of inserts in the fake backend. The page is a sketch with the form's own words; a greeting of more than 40
// letters finds no room, and a file without the right `kind` is no template.

import type {
  ErrorView,
  FieldProblem,
  TemplateForm,
  TemplateSight,
  TemplateSummary,
  TemplateTexts,
  TemplateToSee,
} from '../src/lib/backend/bindings';

type MakeError = (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;

const texts = (
  ...[greeting, lead, step1, step2, step3, closingTitle, closing]: [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
): TemplateTexts => ({ greeting, lead, step1, step2, step3, closingTitle, closing });

const SPANISH = texts(
  'Hola, {given_name}.',
  'Su tarjeta está lista. Actívela en un minuto.',
  'Escanee el código con la cámara de su teléfono.',
  'Escriba el número de la tarjeta y el nombre como está impreso en ella.',
  'Confirme. Ya puede usarla.',
  'Por su seguridad',
  'Nunca le pediremos su PIN.',
);
const ENGLISH = texts(
  'Hello, {given_name}.',
  'Your card is ready. Activate it in a minute.',
  'Scan the code with your phone’s camera.',
  'Type the card number and the name as printed on the card.',
  'Confirm. Your card is ready to use.',
  'For your security',
  'We will never ask for your PIN.',
);

const shipped = (design: TemplateForm['design'], accent: string): TemplateForm => ({
  name: '',
  design,
  accent,
  logo: null,
  spanish: { ...SPANISH },
  english: { ...ENGLISH },
  sender1: '',
  sender2: '',
  hasAddress: true,
  hasSender: true,
  hasFoldMarks: true,
});

export function fakeTemplates(error: MakeError, now: () => string) {
  const kept = new Map<string, { form: TemplateForm; version: number }>([
    ['classic', { form: shipped('classic', '#141414'), version: 0 }],
    ['colour', { form: shipped('colour', '#1e40af'), version: 0 }],
    ['quiet', { form: shipped('quiet', '#9a3412'), version: 0 }],
  ]);

  const find = (id: string) => {
    const found = kept.get(id);
    if (!found) throw error('template_not_found', { params: { id } });
    return found;
  };

  const summary = (id: string): TemplateSummary => {
    const { form, version } = find(id);
    return {
      id,
      name: version === 0 ? null : form.name,
      version,
      languages: form.spanish && form.english ? ['spanish', 'english', 'both'] : [form.spanish ? 'spanish' : 'english'],
      changedAt: version === 0 ? null : now(),
      changedBy: version === 0 ? null : 'operacion',
    };
  };

  const all = () => [...kept.keys()].map(summary);

  function contrast(accent: string): number | null {
    if (!/^#[0-9a-f]{6}$/i.test(accent)) return null;
    const parts = [1, 3, 5].map((at) => {
      const value = parseInt(accent.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    const [red = 0, green = 0, blue = 0] = parts;
    return Math.floor((1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)) * 100);
  }

  function problems({ id, form }: TemplateToSee): FieldProblem[] {
    const found: FieldProblem[] = [];
    const add = (field: FieldProblem['field'], code: FieldProblem['code'], params: Record<string, string> = {}) =>
      found.push({ field, code, severity: 'error', params });
    const name = form.name.trim().toLowerCase();
    if (name === '') add('templateName', 'missing');
    else if ([...kept].some(([other, { form: known }]) => other !== id && known.name.toLowerCase() === name))
      add('templateName', 'name_taken');
    const found_contrast = contrast(form.accent);
    if (found_contrast === null) add('accent', 'colour_form');
    else if (found_contrast < 450)
      add('accent', 'contrast_low', { contrast: (found_contrast / 100).toFixed(2), least: '4.50' });
    if (form.logo && !/^(iVBOR|PHN2Zy|PD94)/.test(form.logo.fileBase64)) add('logo', 'logo_kind');
    for (const [language, said] of [
      ['spanish', form.spanish],
      ['english', form.english],
    ] as const) {
      for (const [part, text] of Object.entries(said ?? {})) {
        const field = `${language}${part.charAt(0).toUpperCase()}${part.slice(1)}` as FieldProblem['field'];
        const unknown = /\{([^}]*)\}/g;
        if (text.trim() === '') add(field, 'missing');
        for (const [, placeholder = ''] of text.matchAll(unknown))
          if (!['given_name', 'full_name', 'last_four', 'company'].includes(placeholder))
            add(field, 'placeholder_unknown', { name: placeholder });
        if (part === 'greeting' && text.length > 40) add(field, 'no_room', { needed: '212.4', available: '165.9' });
      }
    }
    return found;
  }

  function see(asked: TemplateToSee): TemplateSight {
    const found = problems(asked);
    return {
      problems: found,
      pngBase64: found.length > 0 ? null : sketch(asked),
      language: asked.language,
      contrastHundredths: contrast(asked.form.accent),
    };
  }

  return {
    templates: all,
    template: ({ id }: { id: string }) => ({ summary: summary(id), form: structuredClone(find(id).form) }),
    see_template: ({ asked }: { asked: TemplateToSee }) => see(asked),
    save_template: ({ asked, version }: { asked: TemplateToSee; version: number }) => {
      const found = problems(asked);
      if (found.length > 0) throw error('fields_need_mending', { fields: found });
      const id = asked.id && find(asked.id).version > 0 ? asked.id : `t-${kept.size}`;
      kept.set(id, { form: structuredClone(asked.form), version: version + 1 });
      const unfit =
        (asked.form.spanish?.step2.length ?? 0) > 90
          ? [
              {
                paper: 'letter-8-up',
                language: 'both' as const,
                problem: {
                  field: 'spanishStep2' as const,
                  code: 'no_room' as const,
                  severity: 'error' as const,
                  params: { needed: '41.2', available: '30.8' },
                },
              },
            ]
          : [];
      return { summary: summary(id), unfit };
    },
    remove_template: ({ id }: { id: string }) => {
      find(id);
      kept.delete(id);
      return all();
    },
    export_template: ({ name }: { name: string }) => `/home/operador/Documentos/Cardesk/${name}.cardesk-template.json`,
    read_template: ({ text }: { text: string }) => {
      const file = JSON.parse(text) as { kind?: string; version?: number; template?: TemplateForm };
      if (file.kind !== 'cardesk-template') throw error('template_file_unreadable');
      if ((file.version ?? 0) > 1) throw error('template_file_too_new', { params: { found: '2', known: '1' } });
      return { ...shipped('classic', '#141414'), ...file.template };
    },
  };
}

/** A page with the form's own words, so that typing can be seen to change it. */
function sketch({ form, paper, language }: TemplateToSee): string {
  const canvas = document.createElement('canvas');
  const isSmall = paper.endsWith('8-up');
  [canvas.width, canvas.height] = [850, 1100];
  const context = canvas.getContext('2d');
  const said = (language === 'english' ? form.english : form.spanish) ?? form.english ?? form.spanish;
  if (!context || !said) return '';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 850, 1100);
  const fill = (text: string) =>
    text
      .replaceAll('{given_name}', 'María José')
      .replaceAll('{full_name}', 'María José Ramírez Núñez')
      .replaceAll('{last_four}', '4417')
      .replaceAll('{company}', 'Café Los Volcanes, S. A.');
  const line = (text: string, y: number, size: number, colour: string) => {
    context.fillStyle = colour;
    context.font = `600 ${size}px Inter`;
    context.fillText(fill(text), 90, y);
  };
  line(`${form.logo ? '▣ ' : ''}{company}`, 80, 26, form.accent);
  line(said.greeting, isSmall ? 160 : 460, 40, form.design === 'colour' ? form.accent : '#141414');
  line(said.lead, isSmall ? 200 : 505, 20, '#4d4d4d');
  [said.step1, said.step2, said.step3].forEach((step, at) =>
    line(`${at + 1}  ${step}`, (isSmall ? 260 : 580) + at * 40, 17, '#4d4d4d'),
  );
  line(said.closing, isSmall ? 420 : 900, 17, '#4d4d4d');
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}
