import { expect, test } from "vitest";
import { mostPages, seek } from "./seek";

/** A chat of which pages of one message each are read, down to the message 0. */
function chat(newest: number, part: { stops?: number } = {}) {
  let oldest = newest;
  let asked = 0;
  return {
    asked: () => asked,
    oldest: () => String(oldest),
    older: async () => {
      asked++;
      if (oldest > (part.stops ?? 0)) oldest--;
    },
    has: (n: number) => () => oldest <= n,
  };
}

const always = () => true;

test("older pages are read until the message is here, and no further", async () => {
  const c = chat(10);
  expect(await seek(c.has(7), c, always)).toBe(true);
  expect(c.asked()).toBe(3);
  expect(await seek(c.has(8), c, always)).toBe(true);
  expect(c.asked()).toBe(3);
});

test("where no page comes it ends: at the beginning, in a break", async () => {
  const c = chat(10, { stops: 8 });
  expect(await seek(c.has(7), c, always)).toBe(false);
  expect(c.asked()).toBe(3);
});

test("it goes only so far back, and not on when nobody wants it any more", async () => {
  const far = chat(1_000);
  expect(await seek(far.has(0), far, always)).toBe(false);
  expect(far.asked()).toBe(mostPages);
  const left = chat(1_000);
  expect(await seek(left.has(0), left, () => left.asked() < 2)).toBe(false);
  expect(left.asked()).toBe(2);
});
