import { expect, test } from "vitest";
import { message } from "./message.model";
import { retriable } from "./retriable";

test("only the operator's own messages of the chat itself can be sent again", () => {
  const anna = { kind: "operator", id: "anna", name: "Anna" } as const;
  const sent = (part = {}) => message("a", { direction: "out", author: anna, state: "failed", ...part });
  expect(retriable(sent(), "c.1", "anna")).toBe(true);
  expect(retriable(sent({ chat: "c.0" }), "c.1", "anna")).toBe(false);
  expect(retriable(sent(), "c.1", "boris")).toBe(false);
  expect(retriable(sent({ author: { kind: "bot", id: "anna", name: "Bot" } }), "c.1", "anna")).toBe(false);
});
