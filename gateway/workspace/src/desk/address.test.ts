import { expect, test } from "vitest";
import { chatOf, pathOf } from "./address";

test.each(["c0nv.2", "a b/c", "ü%", "../x"])("the address of chat %s names it", (id) => {
  expect(chatOf(pathOf(id))).toBe(id);
});

test.each(["/", "/chat/", "/chats/x", "/chat/%E0%A4%A"])("%s names no chat", (path) => {
  expect(chatOf(path)).toBeNull();
});
