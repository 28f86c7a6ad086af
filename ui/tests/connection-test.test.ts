// What a failed test of the connection says can be done right there: it never sends people to where they are.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionReport, ErrorCode, ErrorView } from '../src/lib/backend';
import ConnectionTest from '../src/screens/settings/ConnectionTest.svelte';

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
});

function said(code: ErrorCode, health: ErrorCode | 'passed' = 'passed'): string {
  Element.prototype.scrollIntoView = () => undefined;
  document.body.innerHTML = '<div id="here"></div>';
  const error = (of: ErrorCode): ErrorView => ({
    code: of,
    message: 'unauthorized',
    params: {},
    field: null,
    fields: [],
    retryable: false,
    reference: null,
  });
  const target = document.getElementById('here') as HTMLElement;
  const report: ConnectionReport = {
    health: health === 'passed' ? { state: 'passed', milliseconds: 41 } : { state: 'failed', error: error(health) },
    login: { state: 'failed', error: error(code) },
  };
  mounted = mount(ConnectionTest, { target, props: { report, address: 'https://gateway.example' } });
  flushSync();
  return document.getElementById('test-login')?.textContent ?? '';
}

describe('a connection that failed at signing in', () => {
  it('names what to look at in this very form', () => {
    for (const code of ['gateway_session_ended', 'secret_missing'] as const) {
      expect(said(code)).toMatch(/llave/);
      expect(said(code)).not.toMatch(/Ajustes/);
    }
  });

  it('says what to look at before what the gateway says in its own words', () => {
    expect(said('gateway_refused')).toMatch(/Revise el comercio y la llave.*La pasarela dijo que no/s);
  });

  it('says where nobody answered, and to check that address, once for both questions', () => {
    const login = said('gateway_not_connected', 'gateway_not_connected');
    expect(document.getElementById('test-health')?.textContent).toMatch(
      /https:\/\/gateway\.example.*Revise que la dirección/,
    );
    expect(login).toContain('Por lo mismo');
    expect(login).not.toContain('gateway.example');
  });

  it('says both reasons where they differ', () => {
    expect(said('gateway_session_ended', 'gateway_timed_out')).toMatch(/Revise el comercio/);
    expect(document.getElementById('test-health')?.textContent).toContain('no respondió a tiempo');
  });

  it('says anything else as everywhere', () => {
    expect(said('gateway_timed_out')).toContain('no respondió a tiempo');
  });
});
