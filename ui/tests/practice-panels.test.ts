// Practice's own panels: the cardholders' phones, and what Practice lets the desk do.
import { flushSync, mount, unmount } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { navigation } from '../src/lib/app/navigation.svelte';
import { t } from '../src/lib/i18n/index.svelte';
import FaultsMark from '../src/frame/FaultsMark.svelte';
import { forgetProfile } from '../src/lib/app/profile-scope';
import { permissions } from '../src/lib/app/permissions.svelte';
import { backend, type PermissionsView, type PhoneMessageView } from '../src/lib/backend';
import { chosenSet, CUSTOM, meaningOf, switched } from '../src/screens/faults/permissions';
import { grouped, purposeOf, timeLeft } from '../src/screens/phone/messages';
import { foundBlanks } from '../src/screens/plastics/tray';

vi.mock('../src/lib/backend', () => ({ backend: { practicePermissions: vi.fn(), setPracticePermissions: vi.fn() } }));

const KNOWN = ['checkCard', 'checkCvv', 'assignPIN'];
const view = (...granted: string[]): PermissionsView => ({
  granted,
  known: KNOWN,
  sets: [
    { set: 'everything', permissions: KNOWN },
    { set: 'no_card_secrets', permissions: ['checkCard'] },
  ],
});

beforeEach(() => {
  forgetProfile();
  vi.clearAllMocks();
  vi.mocked(backend.practicePermissions).mockResolvedValue(view('checkCard'));
  vi.mocked(backend.setPracticePermissions).mockImplementation((granted: string[]) =>
    Promise.resolve(view(...granted)),
  );
});

describe('what Practice lets the desk do', () => {
  it('names what is missing, and nothing before it was asked', async () => {
    expect(permissions.missing).toEqual([]);
    await permissions.read();
    expect(permissions.missing).toEqual(['checkCvv', 'assignPIN']);
  });

  it('is all given back at once', async () => {
    await permissions.read();
    await permissions.grantAll();
    expect(backend.setPracticePermissions).toHaveBeenCalledWith(KNOWN);
    expect(permissions.missing).toEqual([]);
  });

  it('shows what was chosen last, whichever answer comes first', async () => {
    await permissions.read();
    let late: (value: PermissionsView) => void = () => undefined;
    vi.mocked(backend.practicePermissions).mockReturnValue(new Promise((resolve) => (late = resolve)));
    const reading = permissions.read();
    await permissions.grant(KNOWN);
    late(view());
    await reading;
    expect(permissions.missing).toEqual([]);
  });

  it('is forgotten with the company', async () => {
    await permissions.read();
    forgetProfile();
    expect(permissions.view).toBeUndefined();
  });

  it('is called by the name of the set that has exactly that, in whatever order', () => {
    expect(chosenSet(view('assignPIN', 'checkCard', 'checkCvv'))).toBe('everything');
    expect(chosenSet(view('checkCard'))).toBe('no_card_secrets');
    expect(chosenSet(view('checkCard', 'checkCvv'))).toBe(CUSTOM);
    expect(chosenSet(view())).toBe(CUSTOM);
  });

  it('changes by the one permission that was switched', () => {
    expect(switched(view('checkCard'), 'assignPIN')).toEqual(['checkCard', 'assignPIN']);
    expect(switched(view('checkCard', 'assignPIN'), 'checkCard')).toEqual(['assignPIN']);
  });

  it('has words only for permissions that this version knows', () => {
    expect(meaningOf('assignPIN')).toBeDefined();
    expect(meaningOf('burnCard')).toBeUndefined();
    expect(meaningOf('toString')).toBeUndefined();
  });
});

describe('a message on a phone', () => {
  const message: PhoneMessageView = {
    number: 1,
    cardholderId: 'u-1',
    name: 'Ana Choc',
    email: 'ana@example.com',
    phoneNumber: '+50255551234',
    purpose: 'pin_change',
    code: '048215',
    sentAt: '2026-11-24T18:00:00Z',
    expiresAt: '2026-11-24T18:05:00Z',
    standing: 'waiting',
  };
  const at = (instant: string) => new Date(instant).getTime();

  it('shows its code as people read one out, with every digit', () => {
    expect(grouped('048215')).toBe('048 215');
    expect(grouped('4821')).toBe('4821');
    expect(grouped('48215937')).toBe('4821 5937');
  });

  it('counts down to its end and no further', () => {
    expect(timeLeft(message, at('2026-11-24T18:00:55.4Z'))).toBe('4:05');
    expect(timeLeft(message, at('2026-11-24T18:04:59.9Z'))).toBe('0:01');
    expect(timeLeft(message, at('2026-11-24T18:05:00Z'))).toBeUndefined();
    expect(timeLeft({ ...message, standing: 'used' }, at('2026-11-24T18:01:00Z'))).toBeUndefined();
  });

  it('has words for the purposes that are known', () => {
    expect(purposeOf(message)).toBeDefined();
    expect(purposeOf({ ...message, purpose: 'transfer' })).toBeUndefined();
    expect(purposeOf({ ...message, purpose: 'constructor' })).toBeUndefined();
  });
});

describe('plastics without a holder', () => {
  it('are found by digits of their number, with or without its gaps', () => {
    const blanks = [
      { cardId: '700001', pan: '4000006180339890' },
      { cardId: '700002', pan: '4000009991112223' },
    ];
    expect(foundBlanks(blanks, '')).toEqual(blanks);
    expect(foundBlanks(blanks, '1112 223')).toEqual([blanks[1]]);
    expect(foundBlanks(blanks, 'ana')).toEqual([]);
  });
});

describe('what Practice does wrong on purpose', () => {
  it('is turned off from any screen by words that say what is meant', async () => {
    await permissions.read();
    navigation.go('cardholders');
    document.body.innerHTML = '';
    const mark = mount(FaultsMark, { target: document.body });
    flushSync();
    const [action] = currentActions();
    expect(action && t(action.title, action.parameters)).toBe('Quitar las fallas de la práctica');
    await unmount(mark);
  });
});
