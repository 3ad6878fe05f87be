import { expect, test } from "vitest";
import { closedBecause } from "./closed";

const at = "2026-03-04T05:06:07Z";
const moment = Date.parse(at);

test("a chat can be replied to until its window closes, or for ever without one", () => {
  expect(closedBecause({ thread_control: "ours", window_closes_at: at }, moment - 1)).toBeNull();
  expect(closedBecause({ thread_control: "ours", window_closes_at: at }, moment)).toBe("window");
  expect(closedBecause({ thread_control: "ours", window_closes_at: null }, moment)).toBeNull();
});

test("another application that has the thread comes first", () => {
  expect(closedBecause({ thread_control: "other", window_closes_at: at }, moment - 1)).toBe("thread");
  expect(closedBecause({ thread_control: "other", window_closes_at: at }, moment)).toBe("thread");
});
