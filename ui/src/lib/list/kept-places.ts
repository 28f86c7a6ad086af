// Where a long list was scrolled to, for when its screen is opened again: whoever went to print an insert comes back to the
// row where they were, not to the list's top.

import { forgetWithProfile } from '$lib/app/profile-scope';

/** Pixels from the list's top, by the list's id. */
const places = new Map<string, number>();

export function keepPlace(id: string, top: number): void {
  places.set(id, top);
}

export function keptPlace(id: string): number {
  return places.get(id) ?? 0;
}

forgetWithProfile(() => places.clear());
