// Says something to a screen reader alone: what is seen at a button is not heard there, and a live region around the button
// would read all that stands in it once more.

/** A region that is changed in the same moment as it comes is not read. */
const READ_AFTER_MS = 60;

let region: HTMLElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

function regionOnPage(): HTMLElement {
  if (region?.isConnected) return region;
  region = document.createElement('div');
  region.className = 'unseen';
  region.setAttribute('role', 'status');
  document.body.append(region);
  return region;
}

/** What is said once more is read once more. */
export function announce(text: string): void {
  const here = regionOnPage();
  here.textContent = '';
  clearTimeout(timer);
  timer = setTimeout(() => (here.textContent = text), READ_AFTER_MS);
}
