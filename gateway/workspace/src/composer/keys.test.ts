import { describe, expect, test } from "vitest";
import { type Pressed, sends } from "./keys";

const enter: Pressed = {
  key: "Enter",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 13,
};

describe("the key that sends", () => {
  test.each([
    ["Enter", {}, true, false],
    ["Ctrl+Enter", { ctrlKey: true }, true, true],
    ["Cmd+Enter", { metaKey: true }, true, true],
    ["Shift+Enter", { shiftKey: true }, false, false],
    ["Ctrl+Shift+Enter", { ctrlKey: true, shiftKey: true }, false, false],
    ["Alt+Enter", { altKey: true }, false, false],
    ["the Enter that ends a composition", { isComposing: true }, false, false],
    ["that Enter in a browser that only tells by the code", { keyCode: 229 }, false, false],
    ["Ctrl+Enter in a composition", { isComposing: true, ctrlKey: true }, false, false],
    ["a letter", { key: "e", ctrlKey: true }, false, false],
  ])("%s", (_, part, byEnter, byControl) => {
    expect(sends({ ...enter, ...part }, "enter")).toBe(byEnter);
    expect(sends({ ...enter, ...part }, "ctrl-enter")).toBe(byControl);
  });
});
