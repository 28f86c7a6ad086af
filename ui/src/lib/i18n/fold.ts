// How text is compared when someone searches on screen. The directory's own search folds in Rust.

/** Letters without case and accents, so that `mexico` finds `México`. */
export function foldForSearch(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
