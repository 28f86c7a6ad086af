// An activation page that no browser opened: its address can be copied, and the card activated from the desk.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import type { PlasticView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import NotOpened from '../src/screens/plastics/NotOpened.svelte';

const copyText = vi.hoisted(() => vi.fn(() => Promise.resolve(true)));
vi.mock('../src/lib/app/copy-text', () => ({ copyText }));

const LINK = 'http://127.0.0.1:3010/card-activation?client=cardeskPractice&userId=u1';
const plastic = { cardId: '48213', cardholderId: 'u1' } as PlasticView;

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  navigation.forget();
});

function shown(): string {
  const error = new BackendError({
    code: 'page_not_opened',
    message: null,
    params: { link: LINK },
    field: null,
    fields: [],
    retryable: false,
    reference: null,
  });
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(NotOpened, { target: document.getElementById('here') as HTMLElement, props: { error, plastic } });
  flushSync();
  return document.body.textContent ?? '';
}

it('is told as the computer’s lack of a browser and not as a fault, with its address to copy', () => {
  const text = shown();
  expect(text).toContain('navegador');
  expect(text).not.toContain('falla propia');
  expect(text).toContain(LINK);
  document.getElementById('plastics-copy-link')?.click();
  expect(copyText).toHaveBeenCalledExactlyOnceWith(LINK);
});

it('leads to activating the card from the desk', () => {
  shown();
  document.getElementById('plastics-activate-here')?.click();
  expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'u1', cardId: '48213' });
  expect(navigation.cardForm).toBe('activate');
});
