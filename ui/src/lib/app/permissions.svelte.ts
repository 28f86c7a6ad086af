// What Practice lets the desk do, wherever it shows: in the strip, which says that something is missing on purpose, and on
// the screen of the faults. The shell keeps it; this is what it last said.

import { backend, type PermissionsView } from '$lib/backend';
import { forgetWithProfile } from './profile-scope';
import { refreshSession } from './session.svelte';

let view = $state.raw<PermissionsView | undefined>(undefined);
/** Answers that were overtaken by a newer question are dropped: what was chosen last is what shows. */
let question = 0;

async function take(asked: Promise<PermissionsView>): Promise<void> {
  const mine = ++question;
  const answer = await asked;
  if (mine === question) view = answer;
}

/** What was denied before is on offer again. */
async function grant(names: readonly string[]): Promise<void> {
  await take(backend.setPracticePermissions([...names]));
  await refreshSession();
}

export const permissions = {
  get view(): PermissionsView | undefined {
    return view;
  },
  /** What is not granted, by the gateway's names. */
  get missing(): string[] {
    return view ? view.known.filter((name) => !view?.granted.includes(name)) : [];
  },
  read: () => take(backend.practicePermissions()),
  /** Grants these and no others. */
  grant,
  grantAll: () => (view ? grant(view.known) : Promise.resolve()),
};

forgetWithProfile(() => {
  question += 1;
  view = undefined;
});
