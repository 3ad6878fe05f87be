import { expect, test } from "vitest";
import { apart, Bursts } from "./bursts";

test("fifty of one kind in one moment are heard once, and another kind beside them", () => {
  const bursts = new Bursts<"offer" | "message">();
  const heard = Array.from({ length: 50 }, (_, i) => bursts.lets("offer", 1000 + i)).filter(Boolean);
  expect(heard).toHaveLength(1);
  expect(bursts.lets("message", 1010)).toBe(true);
});

test("a steady stream is heard again and again, not only at its beginning", () => {
  const bursts = new Bursts<"offer">();
  let heard = 0;
  for (let t = 0; t < apart * 4; t += 100) if (bursts.lets("offer", t)) heard++;
  expect(heard).toBe(4);
});

test("a clock that was set back silences nothing", () => {
  const bursts = new Bursts<"offer">();
  expect(bursts.lets("offer", 1_000_000)).toBe(true);
  expect(bursts.lets("offer", 5_000)).toBe(true);
});
