// Narrowing the queue down as one types: by name, last four digits, serial or run, and by the day of issue.

import type { QueueRow } from '$lib/backend';

/** What is looked for; empty texts look for nothing. */
export interface Found {
  /** Words: the beginnings of names, of the last four, of serials. */
  text: string;
  /** Only cards issued on this day or later, `YYYY-MM-DD`. */
  since: string;
}

/** Text as it is compared: no accents, no case. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The local day of an instant, `YYYY-MM-DD`. */
function dayOf(instant: string): string {
  const at = new Date(instant);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** A queue that is looked through: its words are made once, not at each key. */
export class QueueFind {
  #words: string[] | undefined;

  constructor(readonly rows: readonly QueueRow[]) {}

  matching({ text, since }: Found): readonly QueueRow[] {
    const wanted = folded(text)
      .split(/[\s,]+/)
      .filter((word) => word !== '');
    if (wanted.length === 0 && since === '') return this.rows;
    const words = (this.#words ??= this.rows.map(
      (row) =>
        ` ${folded(row.displayName).replaceAll(',', ' ')} ${row.lastFour} ${row.serial ?? ''} ${row.voidedSerial ?? ''}`,
    ));
    return this.rows.filter((row, index) => {
      if (since !== '' && (row.issuedAt === null || dayOf(row.issuedAt) < since)) return false;
      return wanted.every((word) => words[index]?.includes(` ${word}`));
    });
  }
}
