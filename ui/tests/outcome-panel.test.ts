// How an operation ended: its reference can be copied, whatever the outcome, and whatever else can be done next.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

it('does not read the outcome once more for what its button says of itself', async () => {
  copyText.mockResolvedValue(false);
  const button = shown('applied');
  const outcome = document.querySelector('#outcome [role=status]');
  const read = outcome?.textContent;
  expect(read).toContain(REFERENCE);
  button.click();
  await vi.waitFor(() => expect(button.parentElement?.textContent).toContain('No se pudo copiar'));
  expect(outcome?.textContent).toBe(read);
  expect(document.querySelector('#outcome .failed')?.closest('[role=status], [role=alert], [aria-live]')).toBeNull();
});

describe('of a transfer', () => {
  const payer = { receives: false, holder: 'Calel, Tomás', lastFour: '0998', alias: null };
  const paid = { receives: true, holder: 'Ajcalón, María', lastFour: '2509', alias: null };
  const side = (cardId: string, { holder, lastFour }: typeof payer) => ({
    cardId,
    known: { cardholderId: `u-${cardId}`, cardholderDisplayName: holder, lastFour, alias: null },
  });

  it.each([
    ['both are', [payer, paid], false],
    ['whoever is paid alone is', [paid], true],
    ['nobody is', [], true],
  ])('says which card paid, and between whom, unless the payer is named: %s', (_, parties, isTold) => {
    document.body.innerHTML = '<div id="here"></div>';
    const sides = { from: side('1', payer), to: side('2', paid) };
    mounted = mount(OutcomePanel, {
      target: document.getElementById('here') as HTMLElement,
      props: { operation: operationView(REFERENCE, { kind: 'transfer', sides }), card: '0998', parties },
    });
    flushSync();
    expect(document.querySelector('.what')?.textContent.includes('0998')).toBe(isTold);
    expect(document.querySelector('.way') !== null).toBe(isTold);
  });
});
