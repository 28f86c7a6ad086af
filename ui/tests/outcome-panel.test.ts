// How an operation ended: its reference can be copied, whatever the outcome, and whatever else can be done next.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { OperationState } from '../src/lib/backend';
import OutcomePanel from '../src/screens/card/OutcomePanel.svelte';
import { operationView } from './records';

const copyText = vi.hoisted(() => vi.fn());
vi.mock('../src/lib/app/copy-text', () => ({ copyText }));
vi.mock('../src/lib/backend', () => ({ backend: { lookAgain: vi.fn(), attention: vi.fn() } }));

const REFERENCE = 'CD-7F3K-92QM';

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  copyText.mockReset();
});

function shown(state: OperationState, quiet = false): HTMLButtonElement {
  document.body.innerHTML = '<div id="here"></div>';
  const operation = operationView(REFERENCE, { state, canLookAgain: state === 'unknown' });
  mounted = mount(OutcomePanel, {
    target: document.getElementById('here') as HTMLElement,
    props: { operation, quiet },
  });
  flushSync();
  const button = [...document.querySelectorAll('button')].find((each) =>
    each.textContent?.includes('Copiar la referencia'),
  );
  return button as HTMLButtonElement;
}

it.each(['applied', 'refused', 'not_sent', 'unknown'] as const)(
  'of one that is %s has its reference to copy',
  async (state) => {
    copyText.mockResolvedValue(true);
    const button = shown(state);
    button.click();
    expect(copyText).toHaveBeenCalledExactlyOnceWith(REFERENCE);
    await vi.waitFor(() => expect(button.textContent).toContain('Copiado'));
  },
);

it('says when it could not be copied, also where it only reminds of something older', async () => {
  copyText.mockResolvedValue(false);
  const button = shown('unknown', true);
  button.click();
  await vi.waitFor(() => expect(button.parentElement?.textContent).toContain('No se pudo copiar'));
});
