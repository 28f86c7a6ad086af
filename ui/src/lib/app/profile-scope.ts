// What belongs to the company that is worked in, and must not outlive it: lists, open cardholders, forms half filled in.
// Each part that keeps such a thing says here how to forget it.

const forgetters = new Set<() => void>();

/** Registers how a part forgets what belongs to a profile. Call it once, where the part is made. */
export function forgetWithProfile(forget: () => void): void {
  forgetters.add(forget);
}

/** Another profile is worked in, or its data were emptied: nothing of before stays on screen. */
export function forgetProfile(): void {
  for (const forget of forgetters) forget();
}
