import { expect, test } from "vitest";
import { full, row, view } from "./samples.model";
import { countOf, titleOf } from "./title";

test("the title counts offers and chats with something unread, not their messages", () => {
  const v = view(
    [row("a"), row("b")],
    ["c", "d", "e"].map((id) => ({ chat: full(id), messages: [] })),
  );
  expect(countOf(v, (chat) => (chat === "c" ? 7 : 0))).toBe(3);
});

test("nothing that waits leaves the name alone", () => {
  expect(titleOf(0)).toBe("Parley");
  expect(titleOf(3)).toBe("(3) Parley");
});
