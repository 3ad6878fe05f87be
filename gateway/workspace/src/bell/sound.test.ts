import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSettings } from "../desk/settings";
import { FakeStorage } from "../desk/storage.fake";
import { Sound } from "./sound";

/** A browser's sound: it runs when it is woken, if there is anything to play it on. */
class FakeContext {
  static output = true;
  static last: FakeContext;
  state = "suspended";
  onstatechange: () => void = () => {};
  constructor() {
    FakeContext.last = this;
  }
  resume(): Promise<void> {
    if (FakeContext.output) this.becomes("running");
    return FakeContext.output ? Promise.resolve() : new Promise(() => {});
  }
  becomes(state: string): void {
    this.state = state;
    this.onstatechange();
  }
}

let gestures: (() => void)[] = [];
const page = { addEventListener: (_: string, call: () => void) => gestures.push(call) } as unknown as Window;

function started(output: boolean): Sound {
  FakeContext.output = output;
  const sound = new Sound(createSettings(new FakeStorage()));
  sound.start(page, 1_500);
  return sound;
}

/** A press, or a key that the browser does not count. */
function gesture(counts: boolean): void {
  vi.stubGlobal("navigator", { userActivation: { isActive: counts } });
  for (const call of gestures) call();
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("AudioContext", FakeContext);
  gestures = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("silent until the first gesture, and it says so", () => {
  const sound = started(true);
  expect(sound.store.getState()).toEqual({ heard: null, vain: false });
  vi.advanceTimersByTime(1_500);
  expect(sound.store.getState()).toEqual({ heard: false, vain: false });
  gesture(true);
  expect(sound.store.getState()).toEqual({ heard: true, vain: false });
  vi.advanceTimersByTime(10_000);
  expect(sound.store.getState()).toEqual({ heard: true, vain: false });
});

test("a gesture that wakes nothing was in vain, until there is something to play on", () => {
  const sound = started(false);
  gesture(true);
  vi.advanceTimersByTime(3_999);
  expect(sound.store.getState()).toEqual({ heard: false, vain: false });
  vi.advanceTimersByTime(1);
  expect(sound.store.getState()).toEqual({ heard: false, vain: true });
  const told = vi.fn();
  sound.store.subscribe(told);
  gesture(true);
  vi.advanceTimersByTime(4_000);
  expect(told).not.toHaveBeenCalled();
  FakeContext.last.becomes("running");
  expect(sound.store.getState()).toEqual({ heard: true, vain: false });
});

test("a key that the browser does not count as a gesture is not called vain, nor is a call that has the sound", () => {
  const sound = started(false);
  gesture(false);
  vi.advanceTimersByTime(3_900);
  gesture(true); // from here on it counts
  vi.advanceTimersByTime(3_900);
  expect(sound.store.getState()).toEqual({ heard: false, vain: false });
  FakeContext.last.becomes("running");
  FakeContext.last.becomes("interrupted");
  gesture(true);
  vi.advanceTimersByTime(8_000);
  expect(sound.store.getState()).toEqual({ heard: false, vain: false });
});
