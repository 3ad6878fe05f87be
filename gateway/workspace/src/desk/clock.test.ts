import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closedBecause } from "../composer/closed";
import { Clock } from "./clock";

const served = Date.parse("2026-03-04T12:00:00Z");
const hour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A clock of a machine that is so far ahead of the server, after one answer that took some time. */
function clockOf(off: number, took = 200): Clock {
  vi.setSystemTime(served + off);
  const clock = new Clock();
  const sent = Date.now();
  vi.setSystemTime(sent + took);
  clock.learn(new Date(served + took / 2).toUTCString(), sent);
  return clock;
}

test.each([hour, -hour, 26 * hour, 10_000])("a machine that is %i ms ahead knows the server's time", (off) => {
  const clock = clockOf(off);
  expect(Math.abs(clock.now() - (Date.now() - off))).toBeLessThanOrEqual(2_000);
  vi.advanceTimersByTime(hour);
  expect(Math.abs(clock.now() - (Date.now() - off))).toBeLessThanOrEqual(2_000);
});

test("a window of the server's stays open though this machine says that it is over", () => {
  const chat = { thread_control: "ours", window_closes_at: new Date(served + hour / 2).toISOString() } as const;
  const clock = clockOf(hour);
  expect(closedBecause(chat, Date.now())).toBe("window");
  expect(closedBecause(chat, clock.now())).toBeNull();
  vi.advanceTimersByTime(hour);
  expect(closedBecause(chat, clock.now())).toBe("window");
});

test.each([
  [0, 0],
  [900, 200],
  [-50, 200],
  [3_000, 8_000],
])("a machine that is %i ms ahead by an answer of %i ms is taken to be right", (off, took) => {
  expect(clockOf(off, took).ahead.getState()).toBe(0);
});

test("an answer without a date, or with one that is none, changes nothing", () => {
  const clock = clockOf(hour);
  const before = clock.ahead.getState();
  clock.learn(null, Date.now());
  clock.learn("yesterday", Date.now());
  expect(clock.ahead.getState()).toBe(before);
  expect(before).not.toBe(0);
});

test("a machine whose clock was set right is believed at the next answer", () => {
  const clock = clockOf(hour);
  vi.setSystemTime(served);
  clock.learn(new Date(served).toUTCString(), Date.now());
  expect(clock.ahead.getState()).toBe(0);
});
