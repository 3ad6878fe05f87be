import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paced } from "./paced";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("after a rest it runs at once, before the distance has passed it waits for it", () => {
  const soon = paced(50, (run) => run());
  const at: number[] = [];
  const began = performance.now();
  const run = () => at.push(performance.now() - began);
  soon(run);
  vi.advanceTimersByTime(20);
  soon(run);
  vi.advanceTimersByTime(300);
  soon(run);
  expect(at).toEqual([0, 50, 320]);
});

test("what comes after a rest may go by another way than what had to wait", () => {
  const ways: string[] = [];
  const by = (way: string) => (run: () => void) => {
    ways.push(way);
    run();
  };
  const soon = paced(200, by("frame"), by("now"));
  soon(() => {});
  soon(() => {});
  vi.advanceTimersByTime(200);
  vi.advanceTimersByTime(200);
  soon(() => {});
  expect(ways).toEqual(["now", "frame", "now"]);
});

test("the distance is counted from the run, not from the asking", () => {
  const frames: (() => void)[] = [];
  const soon = paced(50, (run) => frames.push(run));
  soon(() => {});
  vi.advanceTimersByTime(40); // the frame comes late
  frames.pop()?.();
  vi.advanceTimersByTime(20);
  soon(() => {});
  expect(frames.length).toBe(0);
  vi.advanceTimersByTime(30);
  expect(frames.length).toBe(1);
});
