import fc from "fast-check";
import { expect, test } from "vitest";
import { type Pending, PendingShelf } from "./pending";
import { FakeStorage } from "./storage.fake";

const message: Pending = {
  clientId: "k1",
  chat: "a",
  text: "hello",
  files: [{ id: "f1", name: "a.png", mime: "image/png", size: 1, kind: "file" }],
  replyTo: "m1",
  at: 5,
  refused: null,
};

function setup() {
  const storage = new FakeStorage();
  return { storage, shelf: new PendingShelf(storage, "anna") };
}

test("what is put on the shelf is there as it was, oldest first", () => {
  const { shelf } = setup();
  shelf.put({ ...message, clientId: "k2", at: 9, refused: "too_long" });
  shelf.put(message);
  expect(shelf.all()).toEqual([message, { ...message, clientId: "k2", at: 9, refused: "too_long" }]);
  shelf.drop("k1");
  expect(shelf.all().map((p) => p.clientId)).toEqual(["k2"]);
});

test("nobody finds what belongs to another, though his id begins alike", () => {
  const { storage, shelf } = setup();
  new PendingShelf(storage, "anna.b").put(message);
  expect(shelf.all()).toEqual([]);
});

test("a message under another key is left alone: it could never be taken off", () => {
  const { storage, shelf } = setup();
  storage.setItem("parley.outbox.anna.other", JSON.stringify(message));
  expect(shelf.all()).toEqual([]);
});

test.each([["", "{", "null", "7", '"x"', "[]", "{}", '{"clientId":"k1"}', '{"clientId":"k1","chat":1,"text":"x"}']])(
  "what makes no sense is passed over: %s",
  (...texts) => {
    const { storage, shelf } = setup();
    for (const text of texts) {
      storage.setItem("parley.outbox.anna.k1", text);
      expect(shelf.all()).toEqual([]);
    }
  },
);

const some = fc.oneof(fc.constant("x"), fc.constant(1), fc.jsonValue());
const files = fc.oneof(
  fc.jsonValue(),
  fc.array(fc.record({ id: some, name: some, mime: some, size: some }, { requiredKeys: [] })),
);

test("whatever stands in the fields, what comes back can be sent and shown", () => {
  fc.assert(
    fc.property(files, fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (files, replyTo, at, refused) => {
      const { storage, shelf } = setup();
      storage.setItem(
        "parley.outbox.anna.k1",
        JSON.stringify({ clientId: "k1", chat: "a", text: "x", files, replyTo, at, refused }),
      );
      const [p] = shelf.all();
      expect(p?.files.every((f) => typeof f.id === "string" && typeof f.size === "number")).toBe(true);
      expect(p?.replyTo === null || typeof p?.replyTo === "string").toBe(true);
      expect(Number.isFinite(p?.at)).toBe(true);
      expect(p?.refused === null || typeof p?.refused === "string").toBe(true);
    }),
  );
});
