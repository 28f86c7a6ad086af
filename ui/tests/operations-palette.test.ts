// What can be done about an operation on the card in view is in the palette, by what it is and its reference.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { t } from '../src/lib/i18n/index.svelte';
import Operations from '../src/screens/card/Operations.svelte';
import { operationView as operation } from './records';

vi.mock('../src/lib/backend', () => ({ backend: {} }));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

describe('the operations of a card', () => {
  it('can be corrected and made again from the palette, each by its own reference', () => {
    const applied = operation('CD-1', { canCorrect: true });
    const refused = operation('CD-2', { kind: 'withdrawal', state: 'refused', canMakeAgain: true });
    const onfollow = vi.fn();
    document.body.innerHTML = '<div id="here"></div>';
    mounted = mount(Operations, {
      target: document.getElementById('here') as HTMLElement,
      props: { operations: [applied, refused, operation('CD-3', {})], lastFour: '4417', onfollow },
    });
    flushSync();
    const offered = currentActions().filter(({ id }) => id.endsWith('CD-1') || id.endsWith('CD-2'));
    expect(offered.map(({ title, parameters }) => t(title, parameters)).sort()).toEqual([
      'Corregir: Carga CD-1',
      'Hacer otra vez: Retiro CD-2',
    ]);
    // Above what only changes how a list looks.
    expect(offered.every(({ group }) => group === undefined)).toBe(true);
    for (const { run } of offered) run();
    expect(onfollow.mock.calls).toEqual(
      expect.arrayContaining([
        [applied, 'corrects'],
        [refused, 'makes_again'],
      ]),
    );
    expect(currentActions().some(({ id }) => id.includes('CD-3'))).toBe(false);
  });

  it('tell when, by whom and what for, each apart from the other', () => {
    document.body.innerHTML = '<div id="here"></div>';
    mounted = mount(Operations, {
      target: document.getElementById('here') as HTMLElement,
      props: { operations: [operation('CD-1', { note: 'Para Tomás' })], lastFour: '4417', onfollow: vi.fn() },
    });
    expect(document.querySelector('li .note')?.textContent).toMatch(/ · ana · Para Tomás$/);
  });
});
