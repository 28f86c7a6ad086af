// Types of transfers: every row is checked, its problems stand at its own fields, and all are made at once.
import { flushSync, mount, unmount } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { backend, type ActionOffer, type ErrorView, type FieldProblem } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { currentActions } from '../src/lib/app/actions.svelte';
import TransferSettings from '../src/screens/settings/TransferSettings.svelte';
import TransferTypesForm from '../src/screens/settings/TransferTypes.svelte';
import { TransferTypes } from '../src/screens/settings/transfer-types.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { checkTransferTypes: vi.fn(), createTransferTypes: vi.fn() } }));
const company = vi.hoisted(() => ({ actions: [] as ActionOffer[], refreshed: vi.fn(() => Promise.resolve()) }));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({
    profile: { id: 'practice', environment: 'practice', companyName: 'Quetzal' },
    actions: company.actions,
  }),
  refreshSession: company.refreshed,
}));
const check = vi.mocked(backend.checkTransferTypes);
const create = vi.mocked(backend.createTransferTypes);

const missing = (row: number): FieldProblem => ({
  field: 'typeModel',
  code: 'missing',
  severity: 'error',
  params: { row: String(row) },
});
const failure = (code: ErrorView['code']) =>
  new BackendError({ code, message: null, params: {}, field: null, fields: [], retryable: false, reference: null });

beforeEach(() => {
  check.mockReset().mockResolvedValue([]);
  create.mockReset().mockResolvedValue(null);
});

describe('the types of transfers', () => {
  it('begin with one empty row and never have none', () => {
    const types = new TransferTypes();
    expect(types.rows).toHaveLength(1);
    types.remove(types.rows[0]?.key ?? 0);
    expect(types.rows).toHaveLength(1);
  });

  it('have what is wrong at the field of its own row, and in the summary with the row’s number', async () => {
    const types = new TransferTypes();
    const second = types.add();
    check.mockResolvedValue([missing(1)]);
    await types.submit();
    expect(create).not.toHaveBeenCalled();
    const first = types.rows[0];
    expect(first && types.problemAt(first, 'model')).toBeUndefined();
    expect(types.problemAt(second, 'model')?.message).toContain('Modelo');
    expect(types.summary()).toEqual([{ field: types.idOf(second, 'model'), message: 'Tipo 2: Falta «Modelo»' }]);
  });

  it('say nothing of an empty row that is left, which the pressed button would be pushed away by', async () => {
    const types = new TransferTypes();
    const row = types.rows[0];
    if (!row) return expect.unreachable();
    check.mockResolvedValue([missing(0)]);
    await types.leave(row, 'model');
    expect(check).not.toHaveBeenCalled();
    row.type.typeWord = 'RENTA';
    await types.leave(row, 'model');
    expect(types.problemAt(row, 'model')?.message).toContain('Modelo');
  });

  it('are sent by what their own check found, though leaving a field starts another', async () => {
    const types = new TransferTypes();
    const row = types.rows[0];
    if (!row) return expect.unreachable();
    row.type.typeWord = 'RENTA';
    check.mockResolvedValueOnce([missing(0)]);
    await types.leave(row, 'model');
    const answers: Array<(problems: FieldProblem[]) => void> = [];
    check.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    const submitting = types.submit();
    const leaving = types.leave(row, 'typeWord');
    answers[0]?.([]);
    expect(await submitting).toBe(true);
    answers[1]?.([]);
    await leaving;
  });

  it('say at its field which characters a word may have', async () => {
    const types = new TransferTypes();
    const row = types.rows[0];
    if (!row) return expect.unreachable();
    row.type.typeWord = 'RENTA MES';
    check.mockResolvedValue([{ field: 'typeWord', code: 'type_form', severity: 'error', params: { row: '0' } }]);
    await types.leave(row, 'typeWord');
    expect(types.problemAt(row, 'typeWord')?.message).toContain('sin espacios');
  });

  it('are sent all at once, once, and the form is empty again', async () => {
    const types = new TransferTypes();
    const row = types.rows[0];
    if (row)
      Object.assign(row.type, { typeWord: 'RENTA', channel: 'webService', movementType: 'debit', model: 'settlement' });
    expect(await Promise.all([types.submit(), types.submit()])).toContain(true);
    expect(create).toHaveBeenCalledExactlyOnceWith([
      { typeWord: 'RENTA', channel: 'webService', movementType: 'debit', model: 'settlement', typeName: '' },
    ]);
    expect(types.made).toEqual(['RENTA']);
    expect([types.rows.length, types.rows[0]?.type.typeWord, types.attempt]).toEqual([1, '', 0]);
  });

  it('stay as they were typed when it is not known whether they were made', async () => {
    const types = new TransferTypes();
    const row = types.rows[0];
    if (row) row.type.typeWord = 'RENTA';
    create.mockRejectedValue(failure('transfer_types_uncertain'));
    expect(await types.submit()).toBe(false);
    expect(types.failure?.code).toBe('transfer_types_uncertain');
    expect(types.rows[0]?.type.typeWord).toBe('RENTA');
  });

  it('stay named in the form once they were made, and so does what was made before them', async () => {
    const types = new TransferTypes();
    for (const type of [{ typeWord: 'RENTA', typeName: ' Renta del mes ' }, { typeWord: 'AGUA' }]) {
      Object.assign(types.rows[0]?.type ?? {}, type);
      expect(await types.submit()).toBe(true);
    }
    expect(types.made).toEqual(['Renta del mes (RENTA)', 'AGUA']);
  });

  it('are told in the form', async () => {
    document.body.innerHTML = '';
    const shown = mount(TransferTypesForm, { target: document.body, props: { onclose: () => undefined } });
    flushSync();
    const input = document.querySelector('input[id$="typeWord"]') as HTMLInputElement;
    input.value = 'RENTA';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    document.querySelector('form')?.requestSubmit();
    await vi.waitFor(() => {
      flushSync();
      expect(document.getElementById('types-made')?.textContent).toContain('RENTA');
    });
    await unmount(shown);
    forgetProfile();
  });

  it('are still there after a look at another screen, and are forgotten with the company', async () => {
    const settings = () => mount(TransferTypesForm, { target: document.body, props: { onclose: () => undefined } });
    const word = () => document.querySelector<HTMLInputElement>('input[id$="typeWord"]');
    document.body.innerHTML = '';
    let shown = settings();
    flushSync();
    const input = word() as HTMLInputElement;
    input.value = 'RENTA';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await unmount(shown);
    shown = settings();
    flushSync();
    expect(word()?.value).toBe('RENTA');
    await unmount(shown);
    forgetProfile();
    shown = settings();
    flushSync();
    expect(word()?.value).toBe('');
    await unmount(shown);
  });

  it('that the company may not make are not on offer, by button or palette, and say why', async () => {
    company.actions = [{ action: 'make_transfer_types', notOffered: 'permission_missing', permission: null }];
    document.body.innerHTML = '';
    const props = { open: false, onopen: () => undefined };
    const shown = mount(TransferSettings, { target: document.body, props });
    flushSync();
    expect((document.getElementById('open-transfer-types') as HTMLButtonElement).disabled).toBe(true);
    const why = document.getElementById('transfer-types-why')?.textContent;
    expect(why).toContain('no tiene el permiso');
    expect(currentActions().find(({ id }) => id === 'transfer-types')?.notOffered).toBe(why);
    await unmount(shown);
    company.actions = [];
  });
});
