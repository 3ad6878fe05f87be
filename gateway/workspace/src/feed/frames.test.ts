import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Frames } from "./frames";

let visible = true;
let asked: (() => void)[] = [];
let press = () => {};

/** The screen, whose frames are moved by hand. */
function frames(): Frames {
  return new Frames({
    visible: () => visible,
    frame: (call) => asked.push(call),
    pressed: (call) => {
      press = call;
    },
  });
}

/** A frame comes. */
function frame(): void {
  vi.advanceTimersByTime(16);
  const calls = asked;
  asked = [];
  for (const call of calls) call();
  vi.advanceTimersByTime(0); // what was put behind it
}

beforeEach(() => {
  vi.useFakeTimers();
  visible = true;
  asked = [];
});
afterEach(() => vi.useRealTimers());

test("each frame takes one piece, in the order in which they were asked for", () => {
  const f = frames();
  const done: string[] = [];
  f.ask(() => done.push("chat"));
  f.ask(() => done.push("lists"));
  frame();
  expect(done).toEqual(["chat"]);
  frame();
  expect(done).toEqual(["chat", "lists"]);
  expect(asked).toEqual([]); // and asks for no frame without need
});

test("the frame that shows a key shows nothing else", () => {
  const f = frames();
  const piece = vi.fn();
  f.ask(piece);
  press();
  frame();
  expect(piece).not.toHaveBeenCalled();
  frame();
  expect(piece).toHaveBeenCalledTimes(1);
});

test("keys that come faster than frames keep nothing waiting for more than one frame", () => {
  const f = frames();
  let done = 0;
  for (let i = 0; i < 10; i++) f.ask(() => done++);
  for (let i = 0; i < 20; i++) {
    press();
    frame();
  }
  expect(done).toBe(10);
});

test("a key that has been shown holds nothing up, and leaves the next key its own frame", () => {
  const f = frames();
  const piece = vi.fn();
  press();
  frame();
  f.ask(piece);
  press();
  frame();
  expect(piece).not.toHaveBeenCalled();
  frame();
  expect(piece).toHaveBeenCalledTimes(1);
  f.ask(piece);
  frame();
  expect(piece).toHaveBeenCalledTimes(2);
});

test.each([true, false])("a piece that fails keeps the others from nothing (visible: %s)", (seen) => {
  visible = seen;
  const f = frames();
  const piece = vi.fn();
  f.ask(() => {
    throw new Error("broken");
  });
  f.ask(piece);
  const go = () => (seen ? frame() : vi.advanceTimersByTime(50));
  expect(go).toThrow("broken");
  go();
  expect(piece).toHaveBeenCalledTimes(1);
  f.ask(piece);
  go();
  expect(piece).toHaveBeenCalledTimes(2);
});

test("a hidden page, which has no frames, goes on all the same; also one that is hidden while it waits", () => {
  const f = frames();
  const piece = vi.fn();
  visible = false;
  f.ask(piece);
  vi.advanceTimersByTime(50);
  expect(piece).toHaveBeenCalledTimes(1);
  visible = true;
  f.ask(piece);
  vi.advanceTimersByTime(250); // the frame that was asked for never comes
  expect(piece).toHaveBeenCalledTimes(2);
  frame();
  expect(piece).toHaveBeenCalledTimes(2);
});

test("a piece that asks for another has it in a later frame", () => {
  const f = frames();
  const later = vi.fn();
  f.ask(() => f.ask(later));
  frame();
  expect(later).not.toHaveBeenCalled();
  frame();
  expect(later).toHaveBeenCalledTimes(1);
});
