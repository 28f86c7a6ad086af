// What was saved into a file is never told as printed: in the record, in what a run came to, and in what came of its pages.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { HappeningView, SentTo } from '../src/lib/backend';
import HappeningLine from '../src/screens/happenings/HappeningLine.svelte';
import { runDone } from '../src/screens/print-room/run-table';

const happening = (sentTo: SentTo | null) =>
  ({
    number: '1',
    at: '2026-11-24T16:00:00Z',
    operator: 'ana',
    action: 'insert_printed',
    result: 'done',
    serial: '0042-017',
    sentTo,
  }) as HappeningView;

let mounted: Array<ReturnType<typeof mount>> = [];
afterEach(async () => {
  await Promise.all(mounted.map((each) => unmount(each)));
  mounted = [];
});

function lines(...shown: HappeningView[]): void {
  document.body.innerHTML = '<ol id="here"></ol>';
  const target = document.getElementById('here') as HTMLElement;
  mounted = shown.map((each) =>
    mount(HappeningLine, { target, props: { happening: each, digits: '4417', showsCard: true } }),
  );
  flushSync();
}
const told = () => [...document.querySelectorAll('li .what > span:first-child')].map((each) => each.textContent);

describe('an insert in the record', () => {
  it('is told as saved or as printed, and in words that hold for both where that is not known', () => {
    lines(happening('file'), happening('printer'), happening(null));
    expect(told()).toEqual(['Inserto guardado como PDF', 'Inserto impreso', 'Inserto impreso o guardado']);
  });

  it('is told as what became of it where it was not made', () => {
    lines({ ...happening(null), action: 'insert_voided' });
    expect(told()).toEqual(['Inserto anulado']);
  });
});

describe('a run', () => {
  it('that was saved is told as that, and one for a printer as sent to it', () => {
    expect(runDone({ number: '0043', inserts: 1, sentTo: 'file' })).toBe('Tiraje 0043: 1 inserto guardado como PDF');
    expect(runDone({ number: '0043', inserts: 3, sentTo: 'printer' })).toBe(
      'Tiraje 0043: 3 insertos enviados a la impresora',
    );
  });
});
