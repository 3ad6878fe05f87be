import { expect, test } from "vitest";
import type { Pending } from "../desk/pending";
import type { Message } from "../protocol/frames.gen";
import { type Item, itemsOf, linesOf, sameItem } from "./items";
import { message } from "./message.model";

const anna = { kind: "operator", id: "anna", name: "Anna" } as const;
const nine = Date.parse("2026-11-28T09:00:00.000Z");

function pending(clientId: string, part: Partial<Pending> = {}): Pending {
  return { clientId, chat: "c.1", text: "t", files: [], replyTo: null, at: nine, refused: null, ...part };
}

/** The lines as they are while Anna's messages are on their way. */
function waiting(messages: readonly Message[], all: readonly Pending[], ahead = 0): readonly Item[] {
  return itemsOf(messages, all, { author: anna, ahead });
}

test("a divider belongs to the line below it", () => {
  const items = linesOf([
    message("a"),
    message("b", { at: "2026-11-28T09:01:00.000Z" }),
    message("c", { chat: "c.2", at: "2026-11-28T09:01:30.000Z" }),
    message("d", { chat: "c.2", at: "2026-11-30T09:00:00.000Z" }),
  ]);
  expect(items.map((i) => i.day !== null)).toEqual([true, false, false, true]);
  expect(items.map((i) => i.continued)).toEqual([false, false, true, false]);
});

test("lines of one author within minutes stand together", () => {
  const out = { direction: "out", author: anna } as const;
  const items = linesOf([
    message("a"),
    message("b", { at: "2026-11-28T09:02:00.000Z" }),
    message("c", { at: "2026-11-28T09:06:00.000Z" }),
    message("d", { ...out, at: "2026-11-28T09:06:01.000Z" }),
    message("e", { ...out, at: "2026-11-28T09:06:02.000Z" }),
  ]);
  expect(items.map((i) => i.follows)).toEqual([false, true, false, false, true]);
});

test("the customer is one, though his first message came before anybody knew who he is", () => {
  const unknown = { kind: "customer", id: "", name: "4711" } as const;
  expect(linesOf([message("a", { author: unknown }), message("b")]).map((i) => i.follows)).toEqual([false, true]);
});

test("a message on its way keeps its key when the server has it", () => {
  const [there] = linesOf([message("m", { client_id: "k1" })]);
  expect(there?.key).toBe(waiting([], [pending("k1")])[0]?.key);
});

test("a message on its way has the head, the day and the things that it will have", () => {
  const file = { id: "f", name: "lid.png", mime: "image/png", size: 9, kind: "image" } as const;
  const first = pending("k1", { files: [file], replyTo: "a" });
  const asked = [message("a")];
  const [, line, next] = waiting(asked, [first, pending("k2", { at: nine + 1_000 })]);
  expect(line).toMatchObject({ pending: first, day: null, follows: false });
  expect(line?.message).toMatchObject({ author: anna, direction: "out", reply_to: "a" });
  expect(line?.message.attachments).toMatchObject([{ ...file, state: "stored" }]);
  expect(next).toMatchObject({ day: null, follows: true });
  expect(waiting([], [first])[0]?.day).toBe(nine);
});

test("what was there is followed by what is on its way as by what is there", () => {
  const own = message("a", { direction: "out", author: anna });
  const follows = (at: number, ahead = 0) => waiting([own], [pending("k", { at })], ahead)[1]?.follows;
  expect(follows(nine + 120_000)).toBe(true);
  expect(follows(nine + 240_000)).toBe(false);
  expect(follows(nine + 240_000, -180_000), "by the server's clock").toBe(true);
});

test("what was refused days ago stands at the end and begins no day that is over", () => {
  const [, line] = waiting([message("a")], [pending("k", { at: nine - 3 * 86_400_000, refused: "busy" })]);
  expect(line?.day).toBe(null);
  expect(waiting([], [pending("k", { at: 1e300 })])).toHaveLength(1); // of a damaged storage
});

test("a line on its way looks the same when something else is said", () => {
  const p = pending("k");
  const [one, other] = [waiting([message("a")], [p])[1], waiting([message("z"), message("a")], [p])[2]];
  if (one === undefined || other === undefined) throw new Error("no lines");
  expect(sameItem(one, other)).toBe(true);
  expect(sameItem(one, { ...other, pending: { ...p, refused: "busy" } })).toBe(false);
  expect(sameItem(one, { ...other, pending: null }), "the server has it").toBe(false);
});
