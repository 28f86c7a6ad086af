// What papers, trays, printers' states and their words are called.

import type { PaperKind, PaperView, PrinterState, PrinterView, PrintJobState, ShiftView } from '$lib/backend';
import { t, type MessageKey } from './index.svelte';

/** The ready papers, by the desk's words for them. */
const PAPERS: Record<string, MessageKey> = {
  'letter-trifold-10': 'paper.letter_trifold_10',
  'a4-trifold-form-a': 'paper.a4_trifold_form_a',
  'a4-trifold-form-b': 'paper.a4_trifold_form_b',
  'a4-trifold-c6-c5': 'paper.a4_trifold_c6_c5',
  'letter-2-up': 'paper.letter_2_up',
  'letter-4-up': 'paper.letter_4_up',
  'letter-8-up': 'paper.letter_8_up',
  'a4-2-up': 'paper.a4_2_up',
  'a4-4-up': 'paper.a4_4_up',
  'a4-8-up': 'paper.a4_8_up',
  'letter-card-slip': 'paper.letter_card_slip',
  'a4-card-slip': 'paper.a4_card_slip',
  'label-5163': 'paper.label_5163',
  'label-l7165': 'paper.label_l7165',
};

/** A ready paper that this list does not have yet goes by the desk's own word, and never by nothing. */
export function paperName(paper: PaperView): string {
  if (paper.own) return paper.own.sheetName;
  return wordOfPaper(paper.id);
}

/** A ready paper by its id alone. */
export function wordOfPaper(id: string): string {
  const key = PAPERS[id];
  return key ? t(key) : id;
}

export const PAPER_GROUPS: Record<PaperKind | 'own', MessageKey> = {
  folded: 'paper.folded',
  cut: 'paper.cut',
  labels: 'paper.labels',
  own: 'paper.own',
};

export const PRINTER_STATES: Record<PrinterState, MessageKey> = {
  ready: 'printer.ready',
  printing: 'printer.printing',
  paused: 'printer.paused',
  offline: 'printer.offline',
  unknown: 'printer.unknown',
};

export const JOB_STATES: Record<PrintJobState, MessageKey> = {
  waiting: 'job.waiting',
  held: 'job.held',
  printing: 'job.printing',
  stopped: 'job.stopped',
  done: 'job.done',
  cancelled: 'job.cancelled',
  aborted: 'job.aborted',
  lost: 'job.lost',
};

/** Words that printers use of themselves (PWG 5100.13, RFC 8011), as people say them. */
const PRINTER_WORDS: Record<string, MessageKey> = {
  'media-empty': 'printer.word.media_empty',
  'media-needed': 'printer.word.media_empty',
  'media-jam': 'printer.word.media_jam',
  'media-low': 'printer.word.media_low',
  'toner-empty': 'printer.word.toner_empty',
  'marker-supply-empty': 'printer.word.toner_empty',
  'toner-low': 'printer.word.toner_low',
  'marker-supply-low': 'printer.word.toner_low',
  'cover-open': 'printer.word.cover_open',
  'door-open': 'printer.word.cover_open',
  'input-tray-missing': 'printer.word.tray_missing',
  offline: 'printer.offline',
  paused: 'printer.paused',
  'printer-stopped': 'printer.paused',
  'connecting-to-device': 'printer.word.connecting',
  'job-hold-until-specified': 'job.held',
};

/** What a printer says of itself: known words in the operator's language, others as they are. */
export function printerWords(words: readonly string[]): string[] {
  const said = words.map((word) => {
    const key = PRINTER_WORDS[word.replace(/-(error|warning|report)$/, '')];
    return key ? t(key) : word;
  });
  return [...new Set(said)].filter((word) => word !== '');
}

/** What a printer says besides its state. */
export function printerTroubles(printer: PrinterView): string[] {
  const state = t(PRINTER_STATES[printer.state]);
  return printerWords(printer.stateReasons).filter((word) => word !== state);
}

/** Trays by their words (PWG 5100.13, `media-source`). */
const TRAYS: Record<string, MessageKey> = {
  auto: 'tray.auto',
  main: 'tray.main',
  manual: 'tray.manual',
  'by-pass-tray': 'tray.manual',
  envelope: 'tray.envelope',
  top: 'tray.top',
  middle: 'tray.middle',
  bottom: 'tray.bottom',
};

export function trayName(tray: string): string {
  const key = TRAYS[tray];
  if (key) return t(key);
  const number = /^tray-(\d+)$/.exec(tray)?.[1];
  return number === undefined ? tray : t('tray.number', { number });
}

/** Hundredths of a millimetre with their sign: `+0.3`, `−0.15`, `0`. */
export function formatShift(hundredths: number): string {
  const size = Math.abs(hundredths);
  const digits = `${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`.replace(/\.?0+$/, '');
  if (hundredths === 0) return '0';
  return `${hundredths < 0 ? '−' : '+'}${digits}`;
}

/** What a printer's page is moved by, in words; nothing where it is not moved. */
export function shiftText({ right, down }: ShiftView): string | undefined {
  if (right === 0 && down === 0) return undefined;
  return t('printer.shift', { right: formatShift(right), down: formatShift(down) });
}
