import { expect, test } from "vitest";
import { createWords } from "../words/words";
import { cardsOf } from "./cards";
import { full, row, said } from "./samples.model";

const { say } = createWords("en");

test("one or two offers have a card each, with what a row shows before acceptance", () => {
  const cards = cardsOf([{ kind: "offer", row: row("a") }], 1, say);
  expect(cards).toMatchObject([{ tag: "parley.chat.a", kind: "offer", chat: "a", stays: false }]);
  expect(cards[0]?.title).toBe("New chat: \u2068Customer a\u2069");
  expect(cards[0]?.body).toBe("Hello\n\u2068Telegram\u2069 · \u2068Support\u2069");
});

test("an offer that runs out stays on the screen", () => {
  const [card] = cardsOf([{ kind: "offer", row: row("a", { deadline: "2026-01-01T10:05:00Z" }) }], 1, say);
  expect(card?.stays).toBe(true);
});

test("many offers at once are one card that counts all there are", () => {
  const rings = ["a", "b", "c", "d", "e"].map((id) => ({ kind: "offer" as const, row: row(id) }));
  const cards = cardsOf(rings, 7, say);
  expect(cards).toHaveLength(1);
  expect(cards[0]).toMatchObject({ kind: "offers", chat: null, title: "7 new chats" });
  expect(cards[0]?.body).toMatch(/ …$/);
});

test("a message replaces the earlier card of its chat and goes when it is read", () => {
  const message = { ...said("a", 2), text: "" };
  const [card] = cardsOf([{ kind: "message", row: full("a"), message }], 0, say);
  expect(card).toMatchObject({ tag: "parley.chat.a", body: "Sent an attachment", unread: true });
});

test("a message that was taken back at once is not told", () => {
  const message = { ...said("a", 2), text: "my password is hunter2", deleted: true };
  const [card] = cardsOf([{ kind: "message", row: full("a"), message }], 0, say);
  expect(card?.body).toBe("This message was deleted.");
});
