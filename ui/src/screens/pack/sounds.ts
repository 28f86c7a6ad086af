// What the packing line sounds like: a few tones for each outcome, none like another, so that whoever packs knows without
// looking up. They are made here; no sound is a file. Where there is no sound to be had, the line goes on without.

import type { StopKind } from '$lib/backend';

export type Sounding = 'packed' | 'found' | 'serial_wanted' | 'link_wanted' | StopKind;

/** One tone: its pitch in hertz, how long it sounds and how long it is quiet afterwards in milliseconds, and its timbre. */
export interface Tone {
  hertz: number;
  /** The pitch that it glides to. */
  toHertz?: number;
  ms: number;
  rest: number;
  wave: OscillatorType;
}

const tone = (hertz: number, ms: number, rest: number, wave: OscillatorType = 'sine', toHertz?: number): Tone => ({
  hertz,
  ms,
  rest,
  wave,
  ...(toHertz === undefined ? {} : { toHertz }),
});

/** High and short is good; low, rough and long is a stop. */
export const SOUNDS: Readonly<Record<Sounding, readonly Tone[]>> = {
  found: [tone(880, 45, 0)],
  packed: [tone(880, 70, 15), tone(1320, 110, 0)],
  serial_wanted: [tone(660, 90, 60, 'triangle'), tone(660, 90, 0, 'triangle')],
  link_wanted: [tone(660, 90, 60, 'triangle'), tone(880, 90, 60, 'triangle'), tone(660, 90, 0, 'triangle')],
  mismatch: [tone(150, 260, 90, 'square'), tone(150, 260, 90, 'square'), tone(150, 420, 0, 'square')],
  plastic_packed: [
    tone(220, 180, 40, 'square'),
    tone(165, 180, 40, 'square'),
    tone(220, 180, 40, 'square'),
    tone(165, 300, 0, 'square'),
  ],
  plastic_waited_for: [
    tone(165, 200, 40, 'square'),
    tone(220, 200, 40, 'square'),
    tone(165, 200, 40, 'square'),
    tone(330, 260, 0, 'square'),
  ],
  card_out_of_use: [tone(240, 320, 60, 'sawtooth', 120), tone(240, 420, 0, 'sawtooth', 120)],
  unknown: [tone(400, 160, 120, 'triangle'), tone(300, 360, 0, 'triangle')],
  voided: [tone(700, 550, 0, 'sawtooth', 180)],
  packed_already: [tone(520, 90, 60, 'square'), tone(520, 90, 60, 'square'), tone(520, 90, 0, 'square')],
  not_finished: [tone(260, 500, 0, 'triangle')],
  other_company: [
    tone(300, 200, 0, 'sawtooth', 600),
    tone(600, 200, 0, 'sawtooth', 300),
    tone(300, 200, 0, 'sawtooth', 600),
  ],
  other_environment: [
    tone(900, 110, 30, 'sawtooth'),
    tone(450, 110, 30, 'sawtooth'),
    tone(900, 110, 30, 'sawtooth'),
    tone(450, 110, 0, 'sawtooth'),
  ],
};

/** Rough timbres are louder to the ear. */
const VOLUME: Readonly<Record<string, number>> = { sine: 0.3, triangle: 0.3, square: 0.14, sawtooth: 0.14 };

let context: AudioContext | undefined;

/** Sounds an outcome. */
export function sound(which: Sounding): void {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume().catch(() => undefined);
    let at = context.currentTime + 0.005;
    for (const each of SOUNDS[which]) at = play(context, each, at);
  } catch {
    // A computer without sound packs all the same: every outcome is on screen as well.
  }
}

/** Sounds one tone and answers when the next begins, in seconds. */
function play(audio: AudioContext, each: Tone, at: number): number {
  const seconds = each.ms / 1000;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = each.wave;
  oscillator.frequency.setValueAtTime(each.hertz, at);
  if (each.toHertz !== undefined) oscillator.frequency.linearRampToValueAtTime(each.toHertz, at + seconds);
  const volume = VOLUME[each.wave] ?? 0.2;
  // A tone that begins or ends at once clicks.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.008);
  gain.gain.setValueAtTime(volume, at + seconds - 0.012);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
  return at + seconds + each.rest / 1000;
}
