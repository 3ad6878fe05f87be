import { expect, test } from "vitest";
import { age, clock, left, size } from "./spell";
import { createWords } from "./words";

const { say } = createWords("en");

test.each([
  [-5_000, "0 s"],
  [0, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [3_599_999, "59 min"],
  [3_600_000, "1 h"],
  [86_400_000, "1 d"],
])("%i ms have lasted %s", (ms, text) => {
  expect(age(say, ms)).toBe(text);
});

test.each([
  [-1, "0:00"],
  [1, "0:01"],
  [61_000, "1:01"],
  [3_599_000, "59:59"],
  [3_600_000, "1 h 0 min"],
])("%i ms are left as %s", (ms, text) => {
  expect(left(say, ms)).toBe(text);
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "2 KB"],
  [1024 * 1024 - 1, "1 MB"],
  [5 * 1024 * 1024, "5 MB"],
  [1.5 * 1024 * 1024, "1.5 MB"],
])("%i bytes are %s", (bytes, text) => {
  expect(size(say, bytes)).toBe(text);
});

test.each([
  [1.6 * 1024 * 1024, "1,6 МБ"],
  [2 * 1024 * 1024, "2 МБ"],
  [1023, "1023 Б"],
])("%i bytes are %s in Russian, with its comma", (bytes, text) => {
  expect(size(createWords("ru").say, bytes)).toBe(text);
});

test("the clock has 24 hours in both languages", () => {
  const at = new Date(2026, 0, 1, 15, 5).getTime();
  expect(clock("en", at)).toBe("15:05");
  expect(clock("ru", at)).toBe("15:05");
});
