// Where the focus goes when what had it is gone: to what came in its place, or else to what that stood in, never to nowhere.

/** What holds the focus in place of something that is gone or out of use, until somebody knows better. */
let holder: HTMLElement | undefined;

function isLost(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active === holder;
}

/**
 * Gives the focus to what came in the place of what had it. Whoever went elsewhere meanwhile is left there. Ask it in an
 * effect, when the place is drawn already: it needs no `tick`.
 */
export function takeLostFocus(element: HTMLElement | null | undefined, options?: FocusOptions): void {
  if (isLost()) element?.focus(options);
}

/**
 * Gives the focus to what a key will act on next, with its ring. A browser draws the ring of what took the focus by itself only
 * if it thinks that a key led there; here it has to be seen in any case, until the focus goes elsewhere.
 */
export function focusShown(element: HTMLElement | null | undefined): void {
  if (!element) return;
  element.setAttribute('data-shows-focus', '');
  element.addEventListener('blur', () => element.removeAttribute('data-shows-focus'), { once: true });
  element.focus();
}

/** What can hold the focus for something that stood in it: what a screen reader names, or what was meant to take it. */
const HOLDS = 'form, section, article, li, [role="region"], [role="dialog"], [tabindex]';

const isUsable = (element: Element): boolean => element.isConnected && !element.matches(':disabled');

/** An element and all that it stands in, from the inside out. */
function pathFrom(element: Element | null): Element[] {
  const path: Element[] = [];
  for (let each = element; each; each = each.parentElement) path.push(each);
  return path;
}

/** Gives the focus to the nearest of what something stood in that is gone or out of use. */
function holdNear(around: readonly Element[]): void {
  const near = around.find((each): each is HTMLElement => isUsable(each) && each.matches(HOLDS));
  if (!near) return;
  holder = near;
  if (!near.hasAttribute('tabindex')) near.tabIndex = -1;
  near.setAttribute('data-holds-focus', '');
  near.focus({ preventScroll: true });
}

/** Where the focus is: for whoever takes it away for a while, and gives it back with `returnFocus`. */
export const focusPath = (): readonly Element[] => pathFrom(document.activeElement);

/** Gives the focus back to what had it, or to the nearest of what that stood in. */
export function returnFocus([had, ...around]: readonly Element[]): void {
  if (had instanceof HTMLElement && isUsable(had)) had.focus();
  else holdNear(around);
}

/**
 * Watches over the focus of the window until it is told to end. What is taken away or put out of use while it has the focus
 * leaves it with the nearest of what it stood in, so that Tab goes on from there and not from the window's top.
 */
export function holdLostFocus(): () => void {
  let path: Element[] = [];
  const took = ({ target }: FocusEvent): void => {
    path = pathFrom(target instanceof Element ? target : null);
  };

  function hold(): void {
    const [had, ...around] = path;
    if (!had || isUsable(had)) return;
    const active = document.activeElement;
    if (active !== null && active !== document.body && active !== had) return;
    holdNear(around);
  }

  // A frame later: whoever knows a better place has given it the focus by then.
  let isAsked = false;
  const observer = new MutationObserver(() => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      hold();
    });
  });
  observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  addEventListener('focusin', took);
  return () => {
    observer.disconnect();
    removeEventListener('focusin', took);
  };
}

/**
 * What a dialog leads to, done once the dialog has given the focus back: what is opened earlier takes the focus while the
 * dialog still holds it, and loses it again.
 */
export class AfterClosing {
  #then: (() => void) | undefined;

  set(then: () => void): void {
    this.#then = then;
  }

  /** For the dialog's `onCloseAutoFocus`, which comes right before it gives the focus back. */
  readonly closed = (): void => {
    const then = this.#then;
    this.#then = undefined;
    if (then) queueMicrotask(then);
  };
}
