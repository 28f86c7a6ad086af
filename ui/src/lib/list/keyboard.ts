// How the keyboard moves in a list, apart from any drawing: which row is active after a key, and which are selected.
// Arrows, Home, End, Page Up and Page Down move; Shift stretches the selection from its anchor; Ctrl moves without
// selecting and, with the space bar, adds and removes; Ctrl+A takes everything.

/** Where the operator is in a list. Rows are counted from 0; `-1` is nowhere. */
export interface ListPosition {
  active: number;
  /** Where a stretch with Shift begins. */
  anchor: number;
  selected: ReadonlySet<number>;
}

export const NOWHERE: ListPosition = { active: -1, anchor: -1, selected: new Set() };

/** What of a key press counts here. */
export interface ListKey {
  key: string;
  shift: boolean;
  /** Ctrl, or ⌘ on a Mac. */
  mod: boolean;
}

export interface ListShape {
  rows: number;
  /** Rows that are seen at once: what Page Up and Page Down move by. */
  page: number;
  /** Whether several rows can be selected. */
  multiple: boolean;
}

function range(from: number, to: number): Set<number> {
  const [low, high] = from <= to ? [from, to] : [to, from];
  return new Set(Array.from({ length: high - low + 1 }, (_, step) => low + step));
}

function target(key: string, active: number, { rows, page }: ListShape): number | undefined {
  const last = rows - 1;
  const clamp = (row: number) => Math.min(last, Math.max(0, row));
  switch (key) {
    case 'ArrowDown':
      return clamp(active + 1);
    case 'ArrowUp':
      return active < 0 ? last : clamp(active - 1);
    case 'PageDown':
      return clamp(active + Math.max(1, page - 1));
    case 'PageUp':
      return clamp(active - Math.max(1, page - 1));
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** The position after a key; `undefined` when the list has no use for it and it should go its usual way. */
export function moveByKey(
  position: ListPosition,
  { key, shift, mod }: ListKey,
  shape: ListShape,
): ListPosition | undefined {
  if (shape.rows === 0) return undefined;
  if (shape.multiple && mod && key.toLowerCase() === 'a') {
    return { ...position, selected: range(0, shape.rows - 1) };
  }
  if (shape.multiple && key === ' ' && position.active >= 0) return toggle(position, position.active);
  const active = target(key, position.active, shape);
  if (active === undefined) return undefined;
  if (shape.multiple && shift) {
    const anchor = position.anchor < 0 ? Math.max(0, position.active) : position.anchor;
    return { active, anchor, selected: range(anchor, active) };
  }
  if (shape.multiple && mod) return { ...position, active, anchor: active };
  return { active, anchor: active, selected: shape.multiple ? new Set() : new Set([active]) };
}

/** The position after a click on a row. */
export function moveByClick(
  position: ListPosition,
  row: number,
  { shift, mod }: { shift: boolean; mod: boolean },
  multiple: boolean,
): ListPosition {
  if (multiple && shift) {
    const anchor = position.anchor < 0 ? row : position.anchor;
    return { active: row, anchor, selected: range(anchor, row) };
  }
  if (multiple && mod) return toggle({ ...position, active: row }, row);
  return { active: row, anchor: row, selected: multiple ? new Set() : new Set([row]) };
}

/** Selects a row that is not, and the other way round. */
export function toggle(position: ListPosition, row: number): ListPosition {
  const selected = new Set(position.selected);
  if (!selected.delete(row)) selected.add(row);
  return { active: row, anchor: row, selected };
}
