// @vitest-environment happy-dom
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useLasting } from "./useLasting";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function Probe({ count, hears }: { count: number; hears: (shown: number) => void }) {
  hears(useLasting(count, 700));
  return null;
}

/** Draws counts one after another, each for some milliseconds, and gives what was shown after each. */
function shows(...steps: readonly (readonly [count: number, ms: number])[]): number[] {
  const root = createRoot(document.createElement("div"));
  let shown = -1;
  const hears = (n: number) => {
    shown = n;
  };
  const out = steps.map(([count, ms]) => {
    act(() => root.render(createElement(Probe, { count, hears })));
    act(() => void vi.advanceTimersByTime(ms));
    return shown;
  });
  expect(vi.getTimerCount()).toBe(out.at(-1) === steps.at(-1)?.[0] ? 0 : 1);
  act(() => root.unmount());
  expect(vi.getTimerCount()).toBe(0);
  return out;
}

test("a count that is right again within the pace is never shown, one that stays is", () => {
  expect(shows([0, 0], [1, 500], [0, 0], [1, 600], [1, 200])).toEqual([0, 0, 0, 0, 1]);
});

test("a fall is shown at once, a moment's rise not", () => {
  expect(shows([3, 700], [1, 0], [2, 300], [1, 0], [0, 0])).toEqual([3, 1, 1, 1, 0]);
});

test("one that goes on rising is followed at the same pace", () => {
  expect(shows([1, 300], [2, 300], [3, 300], [4, 300])).toEqual([0, 0, 3, 3]);
});
