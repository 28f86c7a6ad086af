// What happened with a cardholder: nobody is named for what they did not do.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { HappeningView } from '../src/lib/backend';
import Happenings from '../src/screens/cardholders/Happenings.svelte';

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
});

function told(action: HappeningView['action']): string {
  document.body.innerHTML = '<div id="here"></div>';
  const happening: HappeningView = {
    at: '2026-11-24T16:00:00Z',
    operator: 'lucia',
    action,
    result: 'done',
    cardId: null,
    reference: null,
    serial: null,
    detail: 'INACTIVE → ACTIVE',
  };
  const target = document.getElementById('here') as HTMLElement;
  mounted = mount(Happenings, { target, props: { happenings: [happening], cards: [] } });
  flushSync();
  return document.querySelector('li')?.textContent ?? '';
}

describe('what happened', () => {
  it('is not told as the operator’s deed where a card was only seen in another state', () => {
    expect(told('card_state_changed')).toContain('visto en la pasarela');
    expect(told('card_state_changed')).not.toContain('lucia');
  });

  it('names whoever did it', () => {
    expect(told('card_activated')).toContain('lucia');
  });
});
