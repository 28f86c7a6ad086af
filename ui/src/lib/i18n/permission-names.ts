// The gateway's own names of its permissions, as they stand in a sentence of its. The same rule as `domain::permission`.

export const PERMISSION_NAMES = [
  'checkCard',
  'checkCvv',
  'updateAlias',
  'updateStatus',
  'assignPIN',
  'getCards',
  'getAllTransfersByDate',
  'transferBetweenCards',
  'addFunds',
  'withdrawFunds',
  'activation',
  'USER_REGISTRATION',
] as const;

const NAMES: ReadonlySet<string> = new Set(PERMISSION_NAMES);

/** The permission that a sentence names. One whose name is also a plain word counts only where nothing else is named. */
export function permissionIn(sentence: string): string | undefined {
  const named = sentence.split(/[^A-Za-z0-9_]+/).filter((word) => NAMES.has(word));
  return named.find((name) => name !== 'activation') ?? named[0];
}
