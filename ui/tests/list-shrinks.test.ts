// A list that loses room to what comes below it keeps the row that is active in sight, and only that.
import { flushSync, mount, unmount, createRawSnippet } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import VirtualList from '../src/lib/components/VirtualList.svelte';

const resized = vi.hoisted(() => new Set<() => void>());
let height = 0;

class Observer {
  readonly #call: ResizeObserverCallback;
  constructor(call: ResizeObserverCallback) {
    this.#call = call;
  }
  observe(target: Element): void {
    resized.add(() => this.#call([{ target } as unknown as ResizeObserverEntry], this as unknown as ResizeObserver));
  }
  unobserve(): void {}
  disconnect(): void {}
}

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
  resized.clear();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it.each([
  [9, 0, 190],
  [2, 0, 0],
  [40, 0, 0],
  [9, 320, 320],
])('where row %i is active and it is scrolled by %i, it is then scrolled by %i', async (active, from, to) => {
  vi.stubGlobal('ResizeObserver', Observer);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => height);
  const position = { active, anchor: active, selected: new Set([active]) };
  const cell = createRawSnippet(() => ({ render: () => '<span role="gridcell"></span>' }));
  const head = createRawSnippet(() => ({ render: () => '<span role="columnheader"></span>' }));
  height = 360;
  document.body.innerHTML = '<div id="here"></div>';
  mounted = mount(VirtualList, {
    target: document.getElementById('here') as HTMLElement,
    props: { id: 'rows', label: 'Filas', rows: 100, position, header: head, row: cell },
  });
  flushSync();
  const list = document.getElementById('rows') as HTMLElement;
  const told = async () => {
    for (const tell of resized) tell();
    await Promise.resolve();
    flushSync();
  };
  await told();
  list.scrollTop = from;
  // 30 of the header and five rows of 32 less 30.
  height = 160;
  await told();
  expect(list.scrollTop).toBe(to);
});
