import { expect, test } from "vitest";
import type { Pending } from "../desk/pending";
import { itemsOf } from "./items";
import { message } from "./message.model";

function pending(clientId: string): Pending {
  return { clientId, chat: "c.1", text: "t", files: [], replyTo: null, at: 0, refused: null };
}

test("a divider belongs to the line below it", () => {
  const items = itemsOf(
    [
      message("a"),
      message("b", { at: "2026-11-28T09:01:00.000Z" }),
      message("c", { chat: "c.2", at: "2026-11-28T09:01:30.000Z" }),
      message("d", { chat: "c.2", at: "2026-11-30T09:00:00.000Z" }),
    ],
    [],
  );
  expect(items.map((i) => i.day !== null)).toEqual([true, false, false, true]);
  expect(items.map((i) => i.continued)).toEqual([false, false, true, false]);
});

test("lines of one author within minutes stand together", () => {
  const out = { direction: "out", author: { kind: "operator", id: "anna", name: "Anna" } } as const;
  const items = itemsOf(
    [
      message("a"),
      message("b", { at: "2026-11-28T09:02:00.000Z" }),
      message("c", { at: "2026-11-28T09:06:00.000Z" }),
      message("d", { ...out, at: "2026-11-28T09:06:01.000Z" }),
      message("e", { ...out, at: "2026-11-28T09:06:02.000Z" }),
    ],
    [],
  );
  expect(items.map((i) => i.follows)).toEqual([false, true, false, false, true]);
});

test("a message on its way keeps its key when the server has it", () => {
  const [waiting] = itemsOf([], [pending("k1")]);
  const [there] = itemsOf([message("m", { client_id: "k1" })], []);
  expect(there?.key).toBe(waiting?.key);
});
