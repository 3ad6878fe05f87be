import { expect, test } from "vitest";
import { controlName, isMac } from "./machine";

test.each([
  ["MacIntel", "⌘"],
  ["iPad", "⌘"],
  ["Win32", "Ctrl"],
  ["Linux x86_64", "Ctrl"],
])("on %s the key is called %s, as on the keyboard", (platform, name) => {
  expect(controlName(isMac(platform))).toBe(name);
});
