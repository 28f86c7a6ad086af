// A manifest as paper and as a table for a spreadsheet, in the words of the screen. Drawing it is Rust's.

import type { ManifestToSave, ManifestView, PackedRow, TableToSave } from '$lib/backend';
import { formatLastFour } from '$lib/i18n/format';
import { currentLanguage, show, t } from '$lib/i18n/index.svelte';
import { stopLine } from './stops';

/** The missing inserts that are named on paper; the file for a spreadsheet has them all. */
const MISSING_NAMED = 60;

/** What a manifest is of, `Caja 7` or `24 nov 2026`. */
export function manifestName({ packingBox, day }: ManifestView): string {
  return packingBox ? packingBox.name : day === null ? '' : show.date(day);
}

export interface ManifestCounts {
  printed: number;
  packed: number;
  missing: number;
}

/** Of the runs that a manifest is about: their valid inserts, packed and missing; and what is in the manifest itself. */
export function manifestCounts(view: ManifestView): ManifestCounts {
  const sum = (of: (run: ManifestView['runs'][number]) => number) =>
    view.runs.reduce((total, run) => total + of(run), 0);
  return { printed: sum((run) => run.printed), packed: view.rows.length, missing: sum((run) => run.missing) };
}

function factsOf(view: ManifestView, operator: string, now: string) {
  const { packingBox } = view;
  const facts = packingBox
    ? [
        { label: t('pack.box'), text: packingBox.name },
        { label: t('pack.box.begun'), text: who(packingBox.begunAt, packingBox.begunBy) },
        {
          label: t('pack.box.closed'),
          text: packingBox.closedAt === null ? t('pack.box.still_open') : who(packingBox.closedAt, packingBox.closedBy),
        },
      ]
    : [{ label: t('pack.day'), text: view.day === null ? '' : show.date(view.day) }];
  const runs = view.runs.map((run) => run.number).join(', ');
  if (runs !== '') facts.push({ label: t('pack.runs'), text: runs });
  facts.push({ label: t('statement.made'), text: t('statement.made_by', { at: show.instantLong(now), operator }) });
  return facts;
}

function who(at: string, operator: string | null): string {
  return t('statement.made_by', { at: show.instantLong(at), operator: operator ?? '—' });
}

function notesOf(view: ManifestView): string[] {
  const notes: string[] = [];
  const named = view.missing.slice(0, MISSING_NAMED).map(({ serial, displayName }) => `${serial} ${displayName}`);
  const { missing } = manifestCounts(view);
  if (missing > 0) {
    const more = missing - named.length;
    notes.push(
      t('pack.manifest.missing', { list: named.join('; ') }) +
        (more > 0 ? ` ${t('pack.manifest.more', { count: more })}` : ''),
    );
  }
  if (view.stops.length > 0) notes.push(t('pack.manifest.stops', { list: view.stops.map(stopLine).join('; ') }));
  if (view.rows.some((row) => row.isVoided)) notes.push(t('pack.manifest.voided_note'));
  if (view.rows.some((row) => row.isContradicted)) notes.push(t('pack.manifest.contradicted_note'));
  return notes;
}

/** A manifest for print. `now` is when it is made. */
export function manifestPaper(view: ManifestView, operator: string, now: string): ManifestToSave {
  const counts = manifestCounts(view);
  return {
    name: `${t('pack.manifest.file')} ${manifestName(view)}`,
    language: currentLanguage() === 'en' ? 'english' : 'spanish',
    title: t('pack.manifest.title'),
    facts: factsOf(view, operator, now),
    figures: [
      { label: t('pack.count.packed'), text: show.count(counts.packed) },
      { label: t('pack.count.printed'), text: show.count(counts.printed) },
      { label: t('pack.count.missing'), text: show.count(counts.missing) },
      { label: t('pack.count.stops'), text: show.count(view.stops.length) },
    ],
    notes: notesOf(view),
    titles: {
      place: t('pack.column.place'),
      serial: t('column.serial'),
      name: t('column.cardholder'),
      lastFour: t('pack.column.plastic'),
      time: t('pack.column.packed_at'),
      operator: t('column.operator'),
    },
    rows: view.rows.map((row, index) => ({
      place: String(index + 1),
      serial: row.isVoided ? `${row.serial} *` : row.isContradicted ? `${row.serial} †` : row.serial,
      name: row.displayName,
      lastFour: formatLastFour(row.lastFour),
      time: show.instantLong(row.at),
      operator: row.operator,
    })),
    empty: t('pack.manifest.none'),
    signatures: [t('pack.manifest.hands_over'), t('pack.manifest.takes')],
    foot: t('pack.manifest.foot'),
  };
}

function state(row: PackedRow): string {
  if (row.isVoided) return t('pack.state.voided');
  return row.isContradicted ? t('pack.state.contradicted') : t('pack.state.packed');
}

/** A manifest for a spreadsheet: what was packed, and below it what is missing. */
export function manifestTable(view: ManifestView): TableToSave {
  const where = view.packingBox?.name ?? '';
  const packed = view.rows.map((row) => [
    state(row),
    row.serial,
    row.displayName,
    row.cardholderId,
    formatLastFour(row.lastFour),
    show.instantForFile(row.at),
    row.operator,
    where,
  ]);
  const missing = view.missing.map((each) => [
    t('pack.state.missing'),
    each.serial,
    each.displayName,
    each.cardholderId,
    each.lastFour === '' ? '' : formatLastFour(each.lastFour),
    '',
    '',
    '',
  ]);
  return {
    name: `${t('pack.manifest.file')} ${manifestName(view)}`,
    titles: [
      t('column.state'),
      t('column.serial'),
      t('column.cardholder'),
      t('pack.column.cardholder_id'),
      t('pack.column.plastic'),
      t('pack.column.packed_at'),
      t('column.operator'),
      t('pack.box'),
    ],
    rows: [...packed, ...missing],
  };
}
