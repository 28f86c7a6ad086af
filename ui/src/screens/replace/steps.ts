// The order of a replacement's steps by its cause, for what is said before it is begun; once begun, the desk's word counts.

import type { ReplacementCause, ReplacementStep } from '$lib/backend';

const BLOCK_FIRST: readonly ReplacementStep[] = ['block', 'issue', 'inserts', 'balance'];

export const STEPS_OF: Record<ReplacementCause, readonly ReplacementStep[]> = {
  lost: BLOCK_FIRST,
  stolen: BLOCK_FIRST,
  damaged: BLOCK_FIRST,
  expiring: ['issue', 'inserts', 'block', 'balance'],
};
