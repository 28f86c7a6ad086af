// What is said of the lock's own troubles: a keychain that can't be used means something else here than where a company signs in.

import type { ErrorCode } from '$lib/backend';
import type { BackendError } from '$lib/backend/errors';
import { errorText } from './errors';
import { t, type MessageKey } from './index.svelte';

const KEYCHAIN: Partial<Record<ErrorCode, MessageKey>> = {
  keychain_missing: 'lock.keychain_missing',
  keychain_locked: 'lock.keychain_locked',
  keychain_denied: 'lock.keychain_denied',
  keychain_failed: 'lock.keychain_failed',
};

/** Why a passphrase could not be kept or looked at, and what to do. */
export function lockErrorText(error: BackendError): string {
  const own = KEYCHAIN[error.code];
  return own ? t(own) : errorText(error);
}
