// The list of those who wait for an insert: nobody is chosen as it opens, and one button, named with how many, chooses all.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backend, type QueueRow } from '../src/lib/backend';
import { BackendError } from '../src/lib/backend/errors';
import { printRoom } from '../src/screens/print-room/print-room.svelte';
import Queue from '../src/screens/print-room/Queue.svelte';

vi.mock('../src/lib/backend', () => ({ backend: { insertQueue: vi.fn(), changeSettings: vi.fn() } }));
vi.mock('../src/lib/app/session.svelte', () => ({
  sessionIsOpen: () => false,
  session: () => ({ profile: { id: 'practice' }, settings: { lists: {} } }),
  changeSettings: vi.fn(),
}));

const row = (index: number): QueueRow => ({
  cardId: String(index),
  cardholderId: `c-${index}`,
  displayName: `Persona ${index}`,
  lastFour: '0000',
  issuedAt: null,
  reason: 'first',
  voidedSerial: null,
  serial: null,
  printedAt: null,
});

let mounted: ReturnType<typeof mount> | undefined;
beforeEach(async () => {
  vi.mocked(backend.insertQueue).mockResolvedValue([row(1), row(2), row(3)]);
  document.body.innerHTML = '<div id="here"></div>';
  await printRoom.show('needs_insert');
  mounted = mount(Queue, { target: document.getElementById('here') as HTMLElement });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  printRoom.clear();
});

const chooseAll = () => document.getElementById('queue-choose-all') as HTMLButtonElement | null;
const mark = () => document.getElementById('queue-all') as HTMLInputElement;

it('opens with nobody chosen', () => {
  expect(printRoom.chosen).toEqual([]);
  expect(mark().checked).toBe(false);
  expect(chooseAll()?.textContent?.trim()).toBe('Elegir todos (3)');
});

it('has a search whose label stays in sight, whatever is typed', () => {
  expect(document.querySelector('label[for=queue-find]')?.textContent).toBe('Buscar');
});

it('chooses all by one button, which goes with that and leaves the focus with the list', async () => {
  chooseAll()?.focus();
  chooseAll()?.click();
  await tick();
  await tick();
  expect(printRoom.chosen).toHaveLength(3);
  expect(mark().checked).toBe(true);
  expect(chooseAll()).toBeNull();
  expect(document.activeElement?.id).toBe('queue');
  mark().click();
  flushSync();
  expect(printRoom.chosen).toEqual([]);
  expect(chooseAll()).not.toBeNull();
});

it('names the mark of all in the same words, and offers the button for those who wait alone', async () => {
  expect(mark().getAttribute('aria-label')).toBe('Elegir todos (3)');
  await printRoom.show('printed');
  flushSync();
  expect(chooseAll()).toBeNull();
});

it('offers nobody of the list that was left while the rows of the other are not there yet', async () => {
  await printRoom.show('printed');
  let answer: (rows: QueueRow[]) => void = () => undefined;
  vi.mocked(backend.insertQueue).mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const shown = printRoom.show('needs_insert');
  flushSync();
  expect([chooseAll(), document.getElementById('queue-all')]).toEqual([null, null]);
  // Without a jump of what stands below it.
  expect(document.getElementById('queue-find')).not.toBeNull();
  printRoom.chooseAll();
  expect(printRoom.chosen).toEqual([]);
  answer([row(4), row(5)]);
  await shown;
  flushSync();
  expect(chooseAll()?.textContent?.trim()).toBe('Elegir todos (2)');
});

it('keeps whoever was chosen when a list that could not be read is asked for again', async () => {
  const unread = new BackendError({
    code: 'internal',
    message: null,
    params: {},
    field: null,
    fields: [],
    retryable: true,
    reference: null,
  });
  printRoom.choose([1]);
  vi.mocked(backend.insertQueue).mockRejectedValueOnce(unread);
  await printRoom.refreshQueue();
  flushSync();
  const again = [...document.querySelectorAll('button')].find((each) =>
    each.textContent?.includes('Intentar de nuevo'),
  );
  again?.click();
  await vi.waitFor(() => expect(printRoom.queue.error).toBeUndefined());
  expect(printRoom.chosen.map(({ cardId }) => cardId)).toEqual(['2']);
});
