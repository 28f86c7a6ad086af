// What can be done with a card is one table: what is not possible stands there with its reason, and its key says it.
import { describe, expect, it } from 'vitest';
import { actionFor, currentActions, type Action } from '../src/lib/app/actions.svelte';
import type { Action as Offered, ActionOffer, CardView } from '../src/lib/backend';
import { navigation } from '../src/lib/app/navigation.svelte';
import { actionsOf, CARD_ACTIONS, movesToReplacement, registeredActions } from '../src/screens/card/card-actions';

function card(...actions: Array<Partial<ActionOffer> & { action: Offered }>): CardView {
  return {
    card: { cardId: '7', cardholderId: 'u1', lastFour: '4417', state: 'active' },
    actions: actions.map((offer) => ({ notOffered: null, permission: null, ...offer })),
  } as unknown as CardView;
}

function press(key: string): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, ctrlKey: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event;
}

describe('what can be done with a card', () => {
  it('is what the shell names and nothing else, in the order of the table', () => {
    const shown = actionsOf(
      card({ action: 'replace' }, { action: 'rename' }, { action: 'load' }, { action: 'issue_card' }),
    );
    expect(shown.map(({ offer }) => offer)).toEqual(['load', 'rename', 'replace']);
  });

  it('says why something is not possible, with a missing permission by its own name', () => {
    const [blocked, forbidden, unnamed] = actionsOf(
      card(
        { action: 'load', notOffered: 'card_blocked' },
        { action: 'block', notOffered: 'permission_missing', permission: 'updateStatus' },
        { action: 'request_statement', notOffered: 'permission_missing' },
      ),
    );
    expect(blocked?.notOffered).toBe('La tarjeta está bloqueada');
    expect(forbidden?.notOffered).toContain('updateStatus');
    expect(unnamed?.notOffered).toContain('permiso');
  });

  it('has the key of two that exclude each other do the one that is possible', () => {
    const actions = registeredActions(card({ action: 'block', notOffered: 'card_blocked' }, { action: 'unblock' }));
    expect(actionFor(press('b'), actions)?.id).toBe('card-unblock');
    const others = registeredActions(
      card({ action: 'block' }, { action: 'unblock', notOffered: 'card_already_active' }),
    );
    expect(actionFor(press('b'), others)?.id).toBe('card-block');
  });

  it('has an adjustment open with the way that is possible, and closed only where neither is', () => {
    const denied = { notOffered: 'permission_missing', permission: 'addFunds' } as const;
    const opened = (...offers: Parameters<typeof card>) => {
      const view = card(...offers);
      navigation.openCard('u1', '7');
      const [adjust] = actionsOf(view);
      if (adjust?.notOffered === undefined) adjust?.open(view);
      return [adjust?.id, adjust?.notOffered === undefined ? navigation.cardForm : 'closed'];
    };
    expect(opened({ action: 'adjustment_load' }, { action: 'adjustment_withdrawal', ...denied })).toEqual([
      'adjust',
      'adjustment_load',
    ]);
    expect(opened({ action: 'adjustment_load', ...denied }, { action: 'adjustment_withdrawal' })).toEqual([
      'adjust',
      'adjustment_withdrawal',
    ]);
    expect(opened({ action: 'adjustment_load', ...denied }, { action: 'adjustment_withdrawal', ...denied })).toEqual([
      'adjust',
      'closed',
    ]);
    navigation.showNothing();
  });

  it('leaves a key to what can only say why it is not possible, so that it says it', () => {
    const actions = registeredActions(card({ action: 'load', notOffered: 'card_blocked' }));
    expect(actionFor(press('l'), actions)?.notOffered).toBe('La tarjeta está bloqueada');
  });

  it('has no key that something else beside it on the screen has', () => {
    const taken: readonly string[] = ['find', 'new', 'refresh', 'export', 'palette', 'save', 'card_menu'];
    const keys = CARD_ACTIONS.flatMap(({ keys }) => keys ?? []);
    expect(keys.filter((each) => taken.includes(each))).toEqual([]);
    const twice = keys.filter((each, index) => keys.indexOf(each) !== index);
    expect(twice).toEqual(['block']);
    expect(currentActions().map(({ id }: Action) => id)).toEqual([]);
  });

  it('of a card that was replaced is to move on what came since, and to unblock it only from the menu', () => {
    const view = card({ action: 'transfer' }, { action: 'unblock' });
    const replaced = (standing: 'open' | 'finished') =>
      ({
        ...view,
        card: { ...view.card, state: 'blocked' },
        replacements: [{ oldCardId: '7', newCardId: '8', standing }],
      }) as unknown as CardView;
    const shown = (of: CardView) =>
      actionsOf(of).map((action) => [action.offer, action.isButton?.(of), action.textOf?.(of) ?? action.text]);
    expect(shown(replaced('finished'))).toEqual([
      ['transfer', true, 'card.move_since'],
      ['unblock', false, 'card.unblock'],
    ]);
    expect(movesToReplacement(replaced('finished'))?.newCardId).toBe('8');
  });

  it.each(['open', 'stopped'] as const)(
    'of a card whose replacement is %s is to go on with that, and to unblock it only from the menu',
    (standing) => {
      const view = card({ action: 'unblock' }, { action: 'replace' });
      const replaced = {
        ...view,
        card: { ...view.card, state: 'blocked' },
        replacements: [{ oldCardId: '7', newCardId: null, standing }],
      } as unknown as CardView;
      expect(actionsOf(replaced).map(({ offer, isButton }) => [offer, isButton?.(replaced)])).toEqual([
        ['unblock', false],
        ['replace', true],
      ]);
      expect(actionsOf(replaced)[1]?.textOf?.(replaced)).toBe('replace.continue');
      // Of another card of the same replacement it is not the next thing.
      const fresh = { ...replaced, card: { ...replaced.card, cardId: '8' } } as CardView;
      expect(actionsOf(fresh).map(({ offer, isButton }) => [offer, isButton?.(fresh)])).toEqual([
        ['unblock', true],
        ['replace', false],
      ]);
    },
  );
});
