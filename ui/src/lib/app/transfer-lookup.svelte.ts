// Whether the dialog that looks a transfer up is open: it can be asked for from any screen.

let isOpen = $state(false);

export const transferLookup = {
  get isOpen(): boolean {
    return isOpen;
  },
  open(): void {
    isOpen = true;
  },
  close(): void {
    isOpen = false;
  },
};
