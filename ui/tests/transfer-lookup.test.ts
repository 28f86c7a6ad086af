// A transfer looked up by its id: both cards with ways to them, and plain words where there is none.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { transferLookup } from '../src/lib/app/transfer-lookup.svelte';
import { backend, type ErrorView, type TransferView } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import TransferLookup from '../src/frame/TransferLookup.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { transfer: vi.fn() } }));
const transfer = vi.mocked(backend.transfer);

const known: TransferView = {
  id: '907',
  from: {
    cardId: '7',
    known: { cardholderId: 'u1', cardholderDisplayName: 'Ramírez, Ana', lastFour: '4417', alias: 'Viáticos' },
  },
  to: { cardId: '8', known: null },
  amount: '250.50',
  currency: 'GTQ',
  observations: 'CD-7F3K-92QM renta',
  at: '2026-11-24T16:00:00Z',
  reference: 'CD-7F3K-92QM',
};
const failure = (code: ErrorView['code'], more: Partial<ErrorView>) =>
  new BackendError({
    code,
    message: null,
    params: {},
    field: null,
    fields: [],
    retryable: false,
    reference: null,
    ...more,
  });

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  transfer.mockReset();
  document.body.innerHTML = '<div id="here"></div>';
  transferLookup.open();
  mounted = mount(TransferLookup, { target: document.getElementById('here') as HTMLElement });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  transferLookup.close();
  mounted = undefined;
});

async function lookUp(id: string): Promise<void> {
  const input = (await vi.waitFor(() => {
    const found = document.getElementById('transfer-id');
    expect(found).not.toBeNull();
    return found;
  })) as HTMLInputElement;
  input.value = id;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  input.form?.requestSubmit();
}

describe('a transfer', () => {
  it('is shown with what it moved and both cards, and leads to the one that is known', async () => {
    transfer.mockResolvedValue(known);
    await lookUp(' 907 ');
    await vi.waitFor(() => expect(document.getElementById('transfer-found')).not.toBeNull());
    expect(transfer).toHaveBeenCalledExactlyOnceWith('907');
    const said = document.getElementById('transfer-found')?.textContent ?? '';
    for (const part of ['250.50', 'Ramírez, Ana', '4417', 'Viáticos', 'Tarjeta 8', 'CD-7F3K-92QM'])
      expect(said).toContain(part);
    document.querySelector<HTMLButtonElement>('[data-card-id="7"]')?.click();
    flushSync();
    expect(transferLookup.isOpen).toBe(false);
    // Once the dialog has given the focus back: the card takes it, and keeps it.
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'u1', cardId: '7' }));
  });

  it('that does not exist is told plainly, and an empty id at its field', async () => {
    transfer.mockRejectedValue(failure('transfer_not_found', { params: { id: '1' } }));
    await lookUp('1');
    await vi.waitFor(() => expect(document.querySelector('[role="alert"]')?.textContent).toContain('«1»'));
    transfer.mockRejectedValue(
      failure('fields_need_mending', {
        fields: [{ field: 'transferId', code: 'missing', severity: 'error', params: {} }],
      }),
    );
    await lookUp('');
    await vi.waitFor(() => expect(document.getElementById('transfer-id-problem')?.textContent).toContain('Falta'));
  });

  it.each([
    ['abc', 'solo números'],
    ['-5', 'solo números'],
    ['907a', 'solo números'],
    ['CD-CS32', 'CD-XXXX-XXXX'],
    ['CD-7F3U-92QM', 'CD-XXXX-XXXX'],
    ['CD-ZZZZ-ZZZZ', 'último carácter'],
  ])('is not asked for by %s, which can be no id: it says what is expected', async (typed, said) => {
    await lookUp(typed);
    await vi.waitFor(() => expect(document.getElementById('transfer-id-problem')?.textContent).toContain(said));
    expect(transfer).not.toHaveBeenCalled();
  });

  it.each(['907', ' CD-7F3K-92QW ', 'cd 7f3k 92qw'])('is asked for by %s', async (typed) => {
    transfer.mockResolvedValue(known);
    await lookUp(typed);
    await vi.waitFor(() => expect(transfer).toHaveBeenCalledExactlyOnceWith(typed.trim()));
  });

  it('looked up by a reference of another operation is told as what that is, with a way to its card', async () => {
    const params = { kind: 'load', amount: '40.00', currency: 'GTQ', card_id: '7', cardholder_id: 'u1' };
    transfer.mockRejectedValue(failure('reference_of_other', { params, reference: 'CD-7F3K-92QW' }));
    await lookUp('CD-7F3K-92QW');
    await vi.waitFor(() => expect(document.querySelector('[role="alert"]')).not.toBeNull());
    const said = document.querySelector('[role="alert"]')?.textContent ?? '';
    for (const part of ['CD-7F3K-92QW', 'Carga', '40.00']) expect(said).toContain(part);
    document.getElementById('transfer-open-card')?.click();
    flushSync();
    await vi.waitFor(() => expect(navigation.detail).toEqual({ kind: 'card', cardholderId: 'u1', cardId: '7' }));
  });
});
