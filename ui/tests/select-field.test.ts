// A choice: whoever is told of it finds the new value, as in a text field.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { backend } from '../src/lib/backend';
import TransferTypes from '../src/screens/settings/TransferTypes.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { checkTransferTypes: vi.fn(async () => []) } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profile: { environment: 'practice', companyName: 'Tarjetas Quetzal' }, actions: [] }),
}));
const check = vi.mocked(backend.checkTransferTypes);

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

it('is checked as it is chosen and not as it was before', () => {
  mounted = mount(TransferTypes, { target: document.body, props: { onclose: () => undefined } });
  flushSync();
  const list = document.getElementById('type-1-channel') as HTMLSelectElement;
  list.value = 'webService';
  list.dispatchEvent(new Event('input', { bubbles: true }));
  list.dispatchEvent(new Event('change', { bubbles: true }));
  flushSync();
  expect(check).toHaveBeenCalledTimes(1);
  expect(check.mock.lastCall?.[0][0]?.channel).toBe('webService');
});
