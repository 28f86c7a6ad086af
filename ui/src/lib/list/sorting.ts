// Short lists sorted where they are: names as people expect them, what is missing last, equals as they came. A selection
// goes with its rows.

import type { ListPosition } from './keyboard';

/** The order of a list: by which column, and whether the greatest comes first. */
export interface ListOrder<Column extends string> {
  by: Column;
  isDescending: boolean;
}

/**
 * Spanish names in either language: the catalogue's words change, the people do not. Accents count only among equals. Made
 * when a list is first sorted here: the rules of an alphabet take longer to read than the first picture can wait.
 */
let names: Intl.Collator | undefined;

function comparedNames(one: string, other: string): number {
  names ??= new Intl.Collator('es', { numeric: true, sensitivity: 'variant' });
  return names.compare(one, other);
}

/** The order after a column was asked for: the second time the other way round. */
export function nextOrder<Column extends string>(order: ListOrder<Column> | undefined, by: Column): ListOrder<Column> {
  return { by, isDescending: order?.by === by && !order.isDescending };
}

/** What `aria-sort` says of a column. */
export function sortedAs<Column extends string>(
  order: ListOrder<Column> | undefined,
  column: Column,
): 'ascending' | 'descending' | undefined {
  if (order?.by !== column) return undefined;
  return order.isDescending ? 'descending' : 'ascending';
}

/** What a row is sorted by: a text, or a number; all rows of a list by the same kind. */
export type SortKey = string | number | bigint;

function compared(one: SortKey, other: SortKey): number {
  if (typeof one === 'string' && typeof other === 'string') return comparedNames(one, other);
  return one < other ? -1 : Number(one > other);
}

/** The rows sorted by a key of each; rows without one come last, whichever way it is sorted. */
export function sortRows<Row>(rows: readonly Row[], key: (row: Row) => SortKey | null, isDescending: boolean): Row[] {
  const keyed = rows.map((row) => {
    const found = key(row);
    return { row, key: found === '' ? null : found };
  });
  keyed.sort((one, other) => {
    if (one.key === null || other.key === null) return Number(one.key === null) - Number(other.key === null);
    return compared(one.key, other.key) * (isDescending ? -1 : 1);
  });
  return keyed.map(({ row }) => row);
}

/** An instant as a key; nothing for text that is none. */
export function instantKey(instant: string | null): number | null {
  const at = instant === null ? NaN : Date.parse(instant);
  return Number.isNaN(at) ? null : at;
}

/** Where the same rows stand after they were sorted: the selection is of rows, not of places. */
export function positionAfter<Row>(
  position: ListPosition,
  before: readonly Row[],
  after: readonly Row[],
): ListPosition {
  const places = new Map(after.map((row, index) => [row, index]));
  const place = (index: number): number => {
    const row = before[index];
    return row === undefined ? -1 : (places.get(row) ?? -1);
  };
  return {
    active: place(position.active),
    anchor: place(position.anchor),
    selected: new Set([...position.selected].map(place).filter((index) => index >= 0)),
  };
}
