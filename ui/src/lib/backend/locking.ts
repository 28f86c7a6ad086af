// What the lock of the desk means for what crosses to the shell: what only reads waits until the desk is unlocked, and is then
// asked for as if nothing had been; everything else is refused by the shell, since nobody may be there any more who meant it.

import type { commands } from './bindings';

/** The shell's word that the desk is locked, and our own where a command was refused for that. */
const LOCKED = 'cardesk-locked';

/** What changes nothing, and so can wait: what a screen shows, and what it follows while it is on its way. */
const READS: ReadonlySet<keyof typeof commands> = new Set([
  'activity',
  'attention',
  'batch',
  'batchRefresh',
  'batchRows',
  'batches',
  'card',
  'cardholder',
  'directory',
  'happenings',
  'insertQueue',
  'issuerStatement',
  'linkedCards',
  'manifestChoices',
  'movements',
  'operationsOfCard',
  'packedInserts',
  'packing',
  'packingManifest',
  'papers',
  'practiceBlankPlastics',
  'practiceFaults',
  'practicePermissions',
  'practicePhone',
  'practicePlastics',
  'previewCheck',
  'previewInserts',
  'previewPage',
  'previewRun',
  'printJobs',
  'printRun',
  'printRuns',
  'printers',
  'printing',
  'replacementOfCard',
  'seeTemplate',
  'template',
  'templates',
  'testPage',
  'transfer',
]);

export function waitsForUnlocking(name: keyof typeof commands): boolean {
  return READS.has(name);
}

let unlocked: Promise<void> | undefined;
let unlock: () => void = () => undefined;

/** Whatever only reads waits from now on. */
export function holdReads(): void {
  unlocked ??= new Promise((resume) => (unlock = resume));
}

/** What has waited goes on. */
export function releaseReads(): void {
  unlocked = undefined;
  unlock();
}

/** What a reading waits for; nothing while the desk is open. */
export function untilUnlocked(): Promise<void> | undefined {
  return unlocked;
}

/** The shell has refused something because the desk is locked. */
export function tellLocked(): void {
  holdReads();
  dispatchEvent(new Event(LOCKED));
}

/** Calls `tell` whenever the desk is found to be locked. */
export function onLocked(tell: () => void): () => void {
  addEventListener(LOCKED, tell);
  return () => removeEventListener(LOCKED, tell);
}
