// The cardholder's phone in Practice: what the screen shows of it, and the look at it where a code is asked for.
import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { navigation } from '../src/lib/app/navigation.svelte';
import { backend, type PhoneMessageView } from '../src/lib/backend';
import Phone from '../src/screens/phone/Phone.svelte';
import PhonePeek from '../src/screens/phone/PhonePeek.svelte';

const profile = vi.hoisted(() => ({ environment: 'practice' }));
vi.mock('../src/lib/backend', () => ({ backend: { practicePhone: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({ session: () => ({ profile }) }));

const message = (number: number, cardholderId: string, code: string, more: Partial<PhoneMessageView> = {}) => ({
  number,
  cardholderId,
  name: `Nombre de ${cardholderId}`,
  email: `${cardholderId}@example.com`,
  phoneNumber: '+50255551234',
  purpose: 'pin_change',
  code,
  sentAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 300_000).toISOString(),
  standing: 'waiting' as const,
  ...more,
});
const sent = [
  message(3, 'ana', '482915'),
  message(2, 'luis', '111222', { name: null, phoneNumber: null }),
  message(1, 'ana', '333444', { standing: 'void' }),
];

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(() => {
  vi.clearAllMocks();
  profile.environment = 'practice';
  vi.mocked(backend.practicePhone).mockResolvedValue(sent);
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props): void {
  document.body.innerHTML = '';
  mounted = mount(component, { target: document.body, props });
  flushSync();
}
const codes = () => [...document.querySelectorAll('.code')].map((each) => each.textContent);
const click = (id: string) => {
  document.getElementById(id)?.click();
  flushSync();
};

describe('the phones', () => {
  it('show every message in the order in which it came, with whose it is and how it stands', async () => {
    show(Phone, {});
    await vi.waitFor(() => expect(codes()).toEqual(['482 915', '111 222', '333 444']));
    const names = [...document.querySelectorAll('.name')].map((each) => each.textContent);
    expect(names).toEqual(['Nombre de ana', 'luis@example.com', 'Nombre de ana']);
    const standings = [...document.querySelectorAll<HTMLElement>('.message')].map((each) => each.dataset.standing);
    expect(standings).toEqual(['waiting', 'waiting', 'void']);
  });

  it('lead to whose message it is', async () => {
    show(Phone, {});
    await vi.waitFor(() => expect(codes()).toHaveLength(3));
    click('message-2-cardholder');
    expect(navigation.detail).toEqual({ kind: 'cardholder', cardholderId: 'luis' });
  });

  it('say what to do while no code has come', async () => {
    vi.mocked(backend.practicePhone).mockResolvedValue([]);
    show(Phone, {});
    await vi.waitFor(() => expect(document.body.textContent).toContain('Todavía no llegó ningún código'));
  });
});

describe('a look at the phone', () => {
  it('shows the latest code of that cardholder and of nobody else, once it is asked for', async () => {
    show(PhonePeek, { cardholderId: 'ana' });
    expect(backend.practicePhone).not.toHaveBeenCalled();
    click('phone-peek');
    await vi.waitFor(() => expect(codes()).toEqual(['482 915']));
    click('phone-peek');
    expect(codes()).toEqual([]);
  });

  it('says so where none has come', async () => {
    show(PhonePeek, { cardholderId: 'eva' });
    click('phone-peek');
    await vi.waitFor(() => expect(document.body.textContent).toContain('todavía no llegó ningún código'));
  });

  it('is not there outside of Practice', () => {
    profile.environment = 'qa';
    show(PhonePeek, { cardholderId: 'ana' });
    expect(document.querySelector('button')).toBeNull();
  });
});
