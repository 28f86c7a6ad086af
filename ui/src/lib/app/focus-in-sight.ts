// A field that has the focus is seen, with what is said of it, between what stays over the two ends of what it scrolls in. A
// browser takes a field that lies under such a thing for one that is in sight; and what grows above a field moves it there.

/** Room around a field for its ring, in pixels. */
const AROUND = 8;

/** Whether it stands in what stays where it is, whatever is scrolled. */
function stays(element: Element, pane: Element): boolean {
  for (let each: Element | null = element; each && each !== pane; each = each.parentElement) {
    if (getComputedStyle(each).position === 'sticky') return true;
  }
  return false;
}

function bring(pane: HTMLElement, covered: number, coveredAbove: number): void {
  const active = document.activeElement;
  if (!active || active === pane || !pane.contains(active) || stays(active, pane)) return;
  const seen = pane.getBoundingClientRect();
  const own = active.getBoundingClientRect();
  const whole = (active.closest('.field') ?? active).getBoundingClientRect();
  const hiddenBelow = whole.bottom + AROUND - (seen.bottom - covered);
  // What is higher than the room that there is shows its beginning.
  const roomAbove = own.top - AROUND - (seen.top + coveredAbove);
  if (hiddenBelow > 0) pane.scrollTop += Math.min(hiddenBelow, Math.max(roomAbove, 0));
  else if (coveredAbove > 0 && roomAbove < 0) pane.scrollTop += roomAbove;
}

/** For a pane whose lower end is `covered` by so many pixels, and whose upper one `coveredAbove`. */
export function keepsFocusInSight(covered: number, coveredAbove = 0): (pane: HTMLElement) => () => void {
  return (pane) => {
    const look = (): void => bring(pane, covered, coveredAbove);
    const sizes = new ResizeObserver(look);
    for (const child of pane.children) sizes.observe(child);
    look();
    pane.addEventListener('focusin', look);
    return () => {
      sizes.disconnect();
      pane.removeEventListener('focusin', look);
    };
  };
}

/** What the operator does themselves: from then on they decide what is in sight. */
const TAKEN_OVER = ['wheel', 'pointerdown', 'keydown'] as const;

/**
 * Brings something into sight that was just given the focus, and again whenever what stands around it gets another size while
 * the rest of the screen comes, until the operator does something.
 */
export function staysInSight(element: HTMLElement): void {
  const show = (): void => (element.isConnected ? element.scrollIntoView({ block: 'nearest' }) : end());
  const sizes = new ResizeObserver(show);
  for (let each: Element | null = element; each; each = each.parentElement) {
    for (const beside of each.parentElement?.children ?? []) sizes.observe(beside);
  }
  const end = (): void => {
    sizes.disconnect();
    element.removeEventListener('blur', end);
    for (const act of TAKEN_OVER) removeEventListener(act, end, true);
  };
  element.addEventListener('blur', end);
  for (const act of TAKEN_OVER) addEventListener(act, end, true);
  show();
}
