// The sets of permissions and the permissions themselves, in words.

import type { PermissionSet, PermissionsView } from '$lib/backend';
import type { MessageKey } from '$lib/i18n/index.svelte';

/** What the choice says while no set has exactly what is granted. */
export const CUSTOM = 'custom';

export const SETS = {
  everything: 'permissions.set.everything',
  reading_only: 'permissions.set.reading_only',
  no_card_secrets: 'permissions.set.no_card_secrets',
  no_money: 'permissions.set.no_money',
  no_card_changes: 'permissions.set.no_card_changes',
  no_registration: 'permissions.set.no_registration',
} as const satisfies Record<PermissionSet, MessageKey>;

const MEANING: ReadonlyMap<string, MessageKey> = new Map(
  Object.entries({
    checkCard: 'permissions.meaning.check_card',
    checkCvv: 'permissions.meaning.check_cvv',
    updateAlias: 'permissions.meaning.update_alias',
    updateStatus: 'permissions.meaning.update_status',
    assignPIN: 'permissions.meaning.assign_pin',
    getCards: 'permissions.meaning.get_cards',
    getAllTransfersByDate: 'permissions.meaning.get_all_transfers_by_date',
    transferBetweenCards: 'permissions.meaning.transfer_between_cards',
    addFunds: 'permissions.meaning.add_funds',
    withdrawFunds: 'permissions.meaning.withdraw_funds',
    activation: 'permissions.meaning.activation',
    USER_REGISTRATION: 'permissions.meaning.user_registration',
  } as const satisfies Record<string, MessageKey>),
);

/** What a permission is for, if this version knows it. */
export function meaningOf(name: string): MessageKey | undefined {
  return MEANING.get(name);
}

/** The set that has exactly what is granted. */
export function chosenSet({ granted, sets }: PermissionsView): PermissionSet | typeof CUSTOM {
  const same = (names: readonly string[]) =>
    names.length === granted.length && names.every((name) => granted.includes(name));
  return sets.find(({ permissions }) => same(permissions))?.set ?? CUSTOM;
}

/** What is granted after one permission was switched, in the gateway's order. */
export function switched({ granted, known }: PermissionsView, name: string): string[] {
  return known.filter((each) => granted.includes(each) !== (each === name));
}
