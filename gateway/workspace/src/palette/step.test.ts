import { expect, it } from "vitest";
import { step } from "./step";

it("goes up and down and round", () => {
  expect(step("ArrowDown", 0, 3)).toBe(1);
  expect(step("ArrowDown", 2, 3)).toBe(0);
  expect(step("ArrowUp", 0, 3)).toBe(2);
});

it("goes to the ends, and by pages not beyond them", () => {
  expect(step("Home", 5, 20)).toBe(0);
  expect(step("End", 5, 20)).toBe(19);
  expect(step("PageDown", 15, 20)).toBe(19);
  expect(step("PageUp", 3, 20)).toBe(0);
});

it("leaves other keys to the text, and all keys where nothing is found", () => {
  expect(step("a", 0, 3)).toBeNull();
  expect(step("ArrowDown", 0, 0)).toBeNull();
});
