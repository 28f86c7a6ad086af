// Stopping a replacement by keyboard: Escape leaves the question and not the replacement.
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentActions } from '../src/lib/app/actions.svelte';
import { ChangeForm } from '../src/screens/card/change-form.svelte';
import StopForm from '../src/screens/replace/StopForm.svelte';

let mounted: ReturnType<typeof mount> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

describe('the question whether to stop', () => {
  it('is left by Escape, but for while it is sent', () => {
    const onback = vi.fn();
    const form = new ChangeForm();
    document.body.innerHTML = '<div id="here"></div>';
    mounted = mount(StopForm, {
      target: document.getElementById('here') as HTMLElement,
      props: { form, onstop: vi.fn(), onback },
    });
    flushSync();
    expect(document.activeElement?.id).toBe('reason');
    const escape = () =>
      currentActions()
        .findLast(({ keys }) => keys === 'close')
        ?.run();
    form.busy = true;
    escape();
    expect(onback).not.toHaveBeenCalled();
    form.busy = false;
    escape();
    expect(onback).toHaveBeenCalledOnce();
  });
});
