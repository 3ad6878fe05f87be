import { afterEach, expect, test, vi } from "vitest";
import { age, clock, dayBegan, dayOf, left, shortDay, size } from "./spell";
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

afterEach(() => vi.unstubAllEnvs());

test("days go from midnight to midnight", () => {
  const today = dayBegan(new Date(2026, 10, 28, 15, 5).getTime());
  expect(today).toBe(new Date(2026, 10, 28).getTime());
  const at = (...[day, hour, minute]: [number, number, number]) => new Date(2026, 10, day, hour, minute).getTime();
  expect(dayOf(at(28, 0, 0), today)).toBe("today");
  expect(dayOf(at(29, 0, 1), today), "a clock that is known to a second only").toBe("today");
  expect(dayOf(at(27, 23, 59), today)).toBe("yesterday");
  expect(dayOf(at(27, 0, 0), today)).toBe("yesterday");
  expect(dayOf(at(26, 23, 59), today)).toBe("earlier");
});

test("yesterday is a whole day also where it had 23 or 25 hours", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const [summer, winter] = [new Date(2026, 2, 30).getTime(), new Date(2026, 9, 26).getTime()];
  expect(dayOf(new Date(2026, 2, 28, 23, 30).getTime(), summer)).toBe("earlier");
  expect(dayOf(new Date(2026, 9, 25, 0, 30).getTime(), winter)).toBe("yesterday");
});

test("a row has room for a short date", () => {
  const at = new Date(2026, 10, 8, 15, 5).getTime();
  expect(shortDay("en", at)).toBe("8 Nov");
  expect(shortDay("ru", at)).toBe("8 нояб.");
});
