// A button at work can't be pressed; whoever pressed it has the focus back when it is at rest. A key that does the same is
// told with it.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Button from '../src/lib/components/Button.svelte';
import { buttonProps } from './button-props.svelte';

let mounted: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  document.body.innerHTML = '<input id="elsewhere"><div id="here"></div>';
  buttonProps.busy = false;
  const target = document.getElementById('here');
  if (!target) throw new Error('no place');
  mounted = mount(Button, { target, props: buttonProps });
  flushSync();
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
});

const button = () => document.querySelector('button') as HTMLButtonElement;

function work(): void {
  buttonProps.busy = true;
  flushSync();
  expect(button().disabled).toBe(true);
  // A browser takes the focus from what can't be used; jsdom leaves it there.
  if (document.activeElement === button()) {
    document.getElementById('elsewhere')?.focus();
    document.getElementById('elsewhere')?.blur();
  }
}

function rest(): void {
  buttonProps.busy = false;
  flushSync();
}

describe('a button that was at work', () => {
  it('has the focus back', () => {
    button().focus();
    work();
    expect(document.activeElement).toBe(document.body);
    rest();
    expect(document.activeElement).toBe(button());
  });

  it('leaves the focus where the operator went meanwhile', () => {
    button().focus();
    work();
    document.getElementById('elsewhere')?.focus();
    rest();
    expect(document.activeElement?.id).toBe('elsewhere');
  });

  it('does not take a focus that it never had', () => {
    work();
    rest();
    expect(document.activeElement).toBe(document.body);
  });
});

describe('a button whose work has a key', () => {
  it('tells it in its tooltip where it is only an icon, and to assistive technology', () => {
    buttonProps.keys = 'export';
    buttonProps.title = 'Exportar';
    flushSync();
    expect(button().title).toBe('Exportar · Ctrl\u00a0E');
    expect(button().getAttribute('aria-keyshortcuts')).toBe('Control+E');
    expect(button().querySelector('kbd')).toBeNull();
  });
});
