// Choosing columns by keyboard: whoever opens the choice, also from the palette, is in it.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { t } from '../src/lib/i18n/index.svelte';
import ColumnChooser from '../src/lib/components/ColumnChooser.svelte';
import { directory } from '../src/screens/cardholders/directory.svelte';

vi.mock('../src/lib/backend', () => ({ backend: {} }));

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

describe('the choice of columns', () => {
  it('has the focus once it is open', async () => {
    document.body.innerHTML = '<button id="before">x</button><div id="here"></div>';
    document.getElementById('before')?.focus();
    const target = document.getElementById('here') as HTMLElement;
    mounted = mount(ColumnChooser, { target, props: { columns: directory.columns, of: 'Tarjetahabientes' } as never });
    flushSync();
    // jsdom has no popovers: what shows the panel says that it did.
    const panel = document.getElementById('columns-directory') as HTMLElement;
    panel.showPopover = () => {
      panel.dispatchEvent(Object.assign(new Event('toggle'), { newState: 'open' }));
    };
    currentActions()
      .find(({ title }) => title === 'action.columns_of')
      ?.run();
    await vi.waitFor(() => expect(document.activeElement?.matches('#columns-directory input')).toBe(true));
  });

  it('is told from that of another list on show', () => {
    document.body.innerHTML = '<div id="here"></div>';
    const target = document.getElementById('here') as HTMLElement;
    mounted = mount(ColumnChooser, { target, props: { columns: directory.columns, of: 'Tarjetahabientes' } as never });
    flushSync();
    const [action] = currentActions();
    expect(action && t(action.title, action.parameters)).toBe('Elegir columnas: Tarjetahabientes');
  });
});
