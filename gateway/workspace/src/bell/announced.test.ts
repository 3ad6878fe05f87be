import { expect, test } from "vitest";
import { createWords } from "../words/words";
import { announced } from "./announced";
import { full, row, said } from "./samples.model";

const { say } = createWords("en");
const plain = (lines: string[]) => lines.map((l) => l.replaceAll(/[\u2068\u2069]/g, ""));

const message = (chat: string, text: string) =>
  ({ kind: "message", row: full(chat), message: { ...said(chat, 2), text } }) as const;

test("what is said in the open chat is told with its words, elsewhere with the name alone", () => {
  expect(plain(announced([message("a", "Hello there")], "a", say))).toEqual(["Customer a: Hello there"]);
  expect(plain(announced([message("a", "Hello there")], "b", say))).toEqual(["New message: Customer a"]);
  expect(plain(announced([message("a", " ")], "a", say))).toEqual(["Customer a: Sent an attachment"]);
});

test("an offer is told without what the customer wrote; one handed over as such", () => {
  const rings = [
    { kind: "offer", row: row("a") },
    { kind: "transferred", row: row("b") },
    { kind: "inactive" },
  ] as const;
  expect(plain(announced(rings, null, say))).toEqual(["New chat: Customer a", "Transferred to you: Customer b"]);
});

test("many at once are counted", () => {
  const offers = ["a", "b", "c"].map((id) => ({ kind: "offer" as const, row: row(id) }));
  const messages = ["x", "y", "z"].map((id) => message(id, "Hello"));
  expect(announced([...offers, ...messages], "x", say)).toEqual(["3 new chats", "3 new messages"]);
  expect(announced([], null, say)).toEqual([]);
});
