import { createStore } from "zustand/vanilla";
import type { SettingsStore } from "../desk/settings";
import { sound, type Tone } from "./tones";

/** After so long a gesture that has not woken the sound was in vain; milliseconds. A wireless headset takes its time. */
const wakes = 4_000;

/**
 * The page's voice. Browsers keep a page silent until somebody has clicked or typed in it; the store says whether it is
 * heard, so that silence is never a surprise.
 */
export class Sound {
  /**
   * heard: null until the browser has had time to decide. vain: somebody has clicked or typed, and the page is silent all
   * the same, as where the computer has nothing to play it on.
   */
  readonly store = createStore<{ heard: boolean | null; vain: boolean }>(() => ({ heard: null, vain: false }));
  private readonly settings: SettingsStore;
  private context: AudioContext | null = null;
  private until = 0;
  private waking: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: SettingsStore) {
    this.settings = settings;
  }

  /** Finds out whether the page may sound, and wakes up with the first gesture, or again after the system took the sound. */
  start(page: Pick<Window, "addEventListener">, settle: number): void {
    if (typeof AudioContext === "undefined") return;
    this.context = new AudioContext({ latencyHint: "interactive" });
    this.context.onstatechange = () => this.look();
    for (const gesture of ["pointerdown", "pointerup", "keydown"] as const) {
      page.addEventListener(gesture, () => void this.wake(), { capture: true, passive: true });
    }
    setTimeout(() => this.look(), settle);
  }

  /** To be called in a gesture. */
  async wake(): Promise<void> {
    if (this.context === null || this.context.state === "running") return;
    // A key that the browser does not count as a gesture, as Escape, is not in vain.
    if (navigator.userActivation?.isActive) this.waking ??= setTimeout(() => this.waited(), wakes);
    try {
      await this.context.resume();
    } catch {
      // No device, or not a gesture the browser counts: the next one tries again.
    }
  }

  get heard(): boolean {
    return this.context?.state === "running";
  }

  /** Lets a tone sound with the volume that is set; one after another when several come at once. */
  play(tone: Tone): void {
    const { volume } = this.settings.getState();
    if (this.context === null || !this.heard || volume === 0) return;
    const from = Math.max(this.context.currentTime + 0.01, this.until);
    this.until = sound(this.context, tone, volume, from);
  }

  private waited(): void {
    this.waking = undefined;
    // Safari's "interrupted" is a call that has the sound, and gives it back.
    if (this.context?.state === "suspended" && !this.store.getState().vain) {
      this.store.setState({ heard: false, vain: true });
    }
  }

  private look(): void {
    const { heard } = this;
    const before = this.store.getState();
    const vain = before.vain && !heard;
    if (before.heard !== heard || before.vain !== vain) this.store.setState({ heard, vain });
  }
}
