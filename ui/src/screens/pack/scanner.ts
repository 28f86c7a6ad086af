// A hand scanner is a keyboard: it types what it read and ends with Enter. What tells it from a person is its pace and the
// shape of what it types, wherever the focus is. What the text means is decided in Rust.

/** No person types two keys within this time, in milliseconds. */
export const BURST_GAP_MS = 35;

/** Some scanners wait a little before the Enter at the end, in milliseconds. */
export const ENTER_GAP_MS = 120;

/** A number, a sign, a number: a serial, whatever the keyboard's layout made of the hyphen. */
const SERIAL = /^\d{1,10}[^\p{L}\p{N}]\d{1,10}$/u;
/** A serial with the letter that German layouts have where the hyphen is. */
const SERIAL_GERMAN = /^\d{1,10}ß\d{1,10}$/;
/** A link; under a Spanish layout its colon is an Ñ. */
const LINK = /^https?(?:[:Ññ]|$)/i;
/** From this length on, whatever comes at this pace is some code. Four digits could be a plastic's, pasted by a tool. */
const CODE_LENGTH = 6;

/** Whether a burst is something that was scanned. */
export function looksScanned(text: string): boolean {
  return SERIAL.test(text) || SERIAL_GERMAN.test(text) || LINK.test(text) || text.length >= CODE_LENGTH;
}

/** What a text field was before a burst began to be typed into it. */
interface Before {
  field: HTMLInputElement | HTMLTextAreaElement;
  value: string;
}

/** The keys that are read of an event. */
type Key = Pick<
  KeyboardEvent,
  'key' | 'timeStamp' | 'repeat' | 'isComposing' | 'ctrlKey' | 'metaKey' | 'altKey' | 'target'
>;

export class ScanReader {
  #text = '';
  #last = Number.NEGATIVE_INFINITY;
  #before: Before | undefined;

  /**
   * Takes a key as it is pressed, before anybody else. Answers with the text once a burst ends that was scanned: the key is
   * then nobody else's. What was typed into a field by it is taken out again.
   */
  take(event: Key): string | undefined {
    const gap = event.timeStamp - this.#last;
    if (event.key === 'Enter') return this.#end(gap, event.repeat);
    // Shift comes as a key of its own, in the middle of a burst.
    if (event.key === 'Shift' || event.key === 'CapsLock' || event.key === 'AltGraph') return undefined;
    if (event.key.length !== 1 || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      this.#forget();
      return undefined;
    }
    if (gap > BURST_GAP_MS) {
      this.#text = '';
      this.#before = before(event.target);
    }
    this.#text += event.key;
    this.#last = event.timeStamp;
    return undefined;
  }

  #end(gap: number, isRepeat: boolean): string | undefined {
    const text = this.#text;
    const was = this.#before;
    this.#forget();
    if (isRepeat || gap > ENTER_GAP_MS || !looksScanned(text)) return undefined;
    if (was) {
      was.field.value = was.value;
      was.field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    return text;
  }

  #forget(): void {
    this.#text = '';
    this.#last = Number.NEGATIVE_INFINITY;
    this.#before = undefined;
  }
}

function before(target: EventTarget | null): Before | undefined {
  const isText = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return isText ? { field: target, value: target.value } : undefined;
}
