// The companies' form: a key leaves the page once it is saved, and nothing typed is lost when saving fails.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorView, SessionView } from '../src/lib/backend';
import { backend } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { Connect, inOtherStyle } from '../src/screens/settings/connect.svelte';
import { profileView as profile } from './records';

const seat = vi.hoisted(() => ({ profiles: [] as unknown[], counts: { needsAttention: 0 }, adopted: vi.fn() }));
vi.mock('../src/lib/backend', () => ({
  backend: { saveProfile: vi.fn(), testConnection: vi.fn(), activateProfile: vi.fn(), deleteProfile: vi.fn() },
}));
vi.mock('../src/lib/app/session.svelte', () => ({
  session: () => ({ profiles: seat.profiles, counts: seat.counts }),
  refreshSession: vi.fn(async () => undefined),
  adoptSession: seat.adopted,
}));
const save = vi.mocked(backend.saveProfile);

const KEY = 'MC4CAQAwBQYDK2VwBCIEIAAA';
function failure(code: ErrorView['code'], fields: ErrorView['fields'] = []): BackendError {
  return new BackendError({ code, message: null, params: {}, field: null, fields, retryable: true, reference: null });
}
/** A form with a key in it. */
function typed(): Connect {
  const connect = new Connect();
  connect.startNew();
  if (connect.form) Object.assign(connect.form, { companyName: 'Café', secret: KEY });
  return connect;
}

beforeEach(() => {
  vi.clearAllMocks();
  seat.profiles = [profile()];
});

describe('a key or token', () => {
  it('that replaces one while money needs attention is warned of', () => {
    const replaces = (isActive: boolean, needsAttention: number, secret: string) => {
      [seat.profiles, seat.counts] = [[profile({ isActive })], { needsAttention }];
      const connect = new Connect();
      connect.edit(profile({ isActive }));
      if (connect.form) connect.form.secret = secret;
      return connect.replacesSecretAmongOpen;
    };
    expect(replaces(true, 1, KEY)).toBe(true);
    expect([replaces(true, 1, ' '), replaces(true, 0, KEY), replaces(false, 1, KEY)]).toEqual([false, false, false]);
  });

  it('is sent once and gone from the form when it is saved', async () => {
    save.mockResolvedValue(profile());
    const connect = typed();
    expect(await connect.save()).toBe(true);
    expect(save.mock.calls[0]?.[0].secret).toBe(KEY);
    expect(connect.form?.secret).toBe('');
    expect(connect.isChanged).toBe(false);
  });

  it('stays for another try when the keychain is locked', async () => {
    save.mockRejectedValue(failure('keychain_locked'));
    const connect = typed();
    expect(await connect.save()).toBe(false);
    expect(connect.form?.secret).toBe(KEY);
    expect(connect.failure?.error.code).toBe('keychain_locked');
  });

  it('is not sent when none was typed, so that the one in the keychain stays', async () => {
    save.mockResolvedValue(profile());
    const connect = new Connect();
    connect.edit(profile());
    await connect.save();
    expect(save.mock.calls[0]?.[0].secret).toBeNull();
  });

  it('does not outlive the form', () => {
    const connect = typed();
    const form = connect.form;
    connect.close();
    expect(form?.secret).toBe('');
    expect(connect.form).toBeUndefined();
  });
});

describe('the form', () => {
  it('names what has to be mended until it is changed', async () => {
    save.mockRejectedValue(
      failure('fields_need_mending', [{ field: 'merchant', code: 'missing', severity: 'error', params: {} }]),
    );
    const connect = typed();
    await connect.save();
    expect(connect.summary().map(({ field }) => field)).toEqual(['merchant']);
    expect(connect.problemAt('merchant')?.severity).toBe('error');
    if (connect.form) connect.form.merchant = 'cafe';
    expect(connect.problemAt('merchant')).toBeUndefined();
  });

  it('sends no addresses of its own unless they are asked for', async () => {
    save.mockResolvedValue(profile());
    const connect = typed();
    if (connect.form) connect.form.baseUrl = 'https://elsewhere.example';
    connect.ownAddresses = false;
    await connect.save();
    expect(save.mock.calls[0]?.[0].baseUrl).toBe('');
  });

  it('rewrites the limit when the number style changes', () => {
    const connect = typed();
    connect.useStyle('point_thousands');
    expect(connect.form?.confirmationLimit).toBe('5.000,00');
    expect(inOtherStyle('1.234,5')).toBe('1,234.5');
  });
});

describe('the connection', () => {
  it('is tested as it is saved, and forgotten when another company is opened', async () => {
    const report = {
      health: { state: 'passed', milliseconds: 4 },
      login: { state: 'passed', milliseconds: 9 },
    } as const;
    vi.mocked(backend.testConnection).mockResolvedValue(report);
    const connect = new Connect();
    connect.edit(profile());
    await connect.test();
    expect(connect.report).toEqual(report);
    connect.startNew();
    expect(connect.report).toBeUndefined();
  });

  it('is worked in only after the desk has changed over', async () => {
    vi.mocked(backend.activateProfile).mockResolvedValue({} as SessionView);
    const connect = new Connect();
    connect.edit(profile());
    expect(await connect.activate()).toBe(true);
    expect(seat.adopted).toHaveBeenCalledOnce();
  });

  it('keeps the company when it can’t be removed', async () => {
    vi.mocked(backend.deleteProfile).mockRejectedValue(failure('keychain_failed'));
    const connect = new Connect();
    connect.edit(profile());
    expect(await connect.remove()).toBe(false);
    expect(connect.form?.id).toBe('p-1');
    expect(connect.failure?.what).toBe('remove');
  });
});
