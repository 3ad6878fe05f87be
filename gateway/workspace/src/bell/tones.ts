/** The sounds of the workspace: made by oscillators, so no file can be missing or blocked. */
export type Tone = "offer" | "message" | "inactive";

export interface Note {
  /** Hertz. */
  readonly pitch: number;
  /** Seconds from the beginning of the tone. */
  readonly at: number;
  /** Seconds until it has faded. */
  readonly lasts: number;
  /** Of the volume that is set, 0 to 1. */
  readonly loud: number;
}

/** Told apart by ear alone: an offer rises, a message is one soft note, becoming Inactive falls. */
export const tones: Readonly<Record<Tone, readonly Note[]>> = {
  offer: [
    { pitch: 659.3, at: 0, lasts: 0.22, loud: 1 },
    { pitch: 987.8, at: 0.14, lasts: 0.4, loud: 1 },
  ],
  message: [{ pitch: 587.3, at: 0, lasts: 0.3, loud: 0.6 }],
  inactive: [
    { pitch: 523.3, at: 0, lasts: 0.28, loud: 0.9 },
    { pitch: 392, at: 0.2, lasts: 0.28, loud: 0.9 },
    { pitch: 293.7, at: 0.4, lasts: 0.5, loud: 0.9 },
  ],
};

/** The full volume that is set sounds at this gain: two notes together stay undistorted. */
const fullGain = 0.4;
const attack = 0.012;

/** Lets a tone sound from a moment of the context's clock on, and gives the moment at which it is over. */
export function sound(context: AudioContext, tone: Tone, volume: number, from: number): number {
  let end = from;
  for (const note of tones[tone]) {
    const start = from + note.at;
    const stop = start + note.lasts;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume * note.loud * fullGain, start + attack);
    gain.gain.setTargetAtTime(0, start + attack, note.lasts / 5);
    const oscillator = context.createOscillator();
    oscillator.type = "triangle";
    oscillator.frequency.value = note.pitch;
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(stop);
    oscillator.onended = () => gain.disconnect();
    end = Math.max(end, stop);
  }
  return end;
}
