// The summary of errors: it takes the focus, says what stands at the fields, and leads to them.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ErrorSummary from '../src/lib/components/ErrorSummary.svelte';

const problems = [
  { field: 'firstName', message: 'Falta «Nombres»' },
  { field: null, message: 'La pasarela no responde' },
];
let mounted: ReturnType<typeof mount> | undefined;

beforeEach(() => {
  document.body.innerHTML = '<div id="here"></div><input id="firstName">';
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function show(props: { problems: typeof problems; attempt: number }): void {
  const target = document.getElementById('here');
  if (!target) throw new Error('no place');
  mounted = mount(ErrorSummary, { target, props });
  flushSync();
}

describe('the summary of errors', () => {
  it('takes the focus after an attempt to submit', async () => {
    show({ problems, attempt: 1 });
    await tick();
    await tick();
    expect(document.activeElement?.id).toBe('error-summary');
    expect(document.activeElement?.getAttribute('role')).toBe('alert');
  });

  it('leads from each line to its field', () => {
    show({ problems, attempt: 1 });
    const link = document.querySelector<HTMLAnchorElement>('#error-summary a');
    expect(link?.textContent).toBe('Falta «Nombres»');
    link?.click();
    expect(document.activeElement?.id).toBe('firstName');
  });

  it('leads to the field by Enter, also in a form where Enter goes on to the next field', () => {
    show({ problems, attempt: 1 });
    let wentOn = false;
    document.body.addEventListener('keydown', () => (wentOn = true), { once: true });
    const link = document.querySelector<HTMLAnchorElement>('#error-summary a');
    link?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    expect(document.activeElement?.id).toBe('firstName');
    expect(wentOn).toBe(false);
    const submitting = new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true });
    link?.dispatchEvent(submitting);
    expect(submitting.defaultPrevented).toBe(false);
  });

  it('says in one line how many there are, and lists those without a field too', () => {
    show({ problems, attempt: 1 });
    expect(document.querySelector('#error-summary h2')?.textContent).toContain('2');
    expect(document.querySelectorAll('#error-summary li')).toHaveLength(2);
    expect(document.querySelectorAll('#error-summary a')).toHaveLength(1);
  });

  it('says what is wrong in the order of the form, whichever was found first', () => {
    document.body.insertAdjacentHTML('beforeend', '<input id="lastName"><input id="phoneNumber">');
    const found = ['phoneNumber', 'firstName', 'lastName'].map((field) => ({ field, message: field }));
    show({ problems: [{ field: null, message: 'none' }, ...found], attempt: 1 } as never);
    const said = [...document.querySelectorAll('#error-summary li')].map((line) => line.textContent?.trim());
    expect(said).toEqual(['firstName', 'lastName', 'phoneNumber', 'none']);
  });

  it('says the same thing about a field once', () => {
    show({ problems: [...problems, ...problems], attempt: 1 });
    expect(document.querySelectorAll('#error-summary li')).toHaveLength(2);
  });

  it('is not there when nothing is wrong', () => {
    show({ problems: [], attempt: 1 });
    expect(document.getElementById('error-summary')).toBeNull();
  });
});
