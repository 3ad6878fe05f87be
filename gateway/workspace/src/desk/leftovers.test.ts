import { expect, test } from "vitest";
import { type LeftOver, LeftOvers } from "./leftovers";
import { FakeStorage } from "./storage.fake";

function setup(storage = new FakeStorage(), operator = "anna") {
  const left = new LeftOvers(storage);
  left.belongTo(operator);
  const texts = () => left.store.getState().map((l) => l.text);
  return { left, storage, texts };
}

const ended = (chat: string, text: string): Omit<LeftOver, "id" | "at"> => ({
  chat,
  why: "ended",
  name: chat,
  text,
  files: [],
});

test("texts of ten chats that ended in one outage are all there, also after a reload", () => {
  const { left, storage, texts } = setup();
  for (let i = 0; i < 10; i++) left.keep(ended(`c${i}`, `text ${i}`));
  expect(texts()).toHaveLength(10);
  expect(setup(storage).texts().sort()).toEqual(texts().sort());
});

test("two messages of one chat do not replace each other", () => {
  const { left, texts } = setup();
  left.keep({ ...ended("a", "one"), why: "refused" }, "m1");
  left.keep({ ...ended("a", "two"), why: "refused" }, "m2");
  left.keep(ended("a", "three"));
  expect(texts()).toEqual(["one", "two", "three"]);
});

test("a chat that goes twice has both texts, once each", () => {
  const { left, texts } = setup();
  left.keep(ended("a", "half"));
  left.keep(ended("a", "half a word"));
  left.keep(ended("a", "half"));
  left.keep(ended("a", "other"));
  expect(texts()).toEqual(["half a word\nother"]);
});

test("what was copied or dismissed is gone, here, after a reload, and in another tab", () => {
  const { left, storage } = setup();
  left.keep(ended("a", "one"));
  const id = left.store.getState()[0]?.id ?? "";
  const other = setup(storage);
  left.drop(id);
  other.left.followed(`parley.left.anna.${id}`);
  expect([other.texts(), setup(storage).texts(), storage.length]).toEqual([[], [], 0]);
});

test("another tab shows what came up here", () => {
  const { left, storage } = setup();
  const other = setup(storage);
  left.keep(ended("a", "one"));
  other.left.followed("parley.left.anna.a.ended");
  expect(other.texts()).toEqual(["one"]);
});

test("nobody sees what another typed, nor does a full storage lose it at once", () => {
  const { left, storage, texts } = setup();
  left.keep(ended("a", "one"));
  left.belongTo("boris");
  expect(texts()).toEqual([]);
  storage.full = true;
  left.keep(ended("b", "two"));
  expect(texts()).toEqual(["two"]);
});

test("files without a text are told of, nothing at all is not", () => {
  const { left } = setup();
  left.keep(ended("a", " \n"));
  left.keep({ ...ended("b", ""), why: "refused", files: ["a.png"] }, "m1");
  expect(left.store.getState()).toMatchObject([{ chat: "b", files: ["a.png"] }]);
});

test("two tabs that lose the same chat keep the files of both, however late they hear of each other", () => {
  const { left, storage } = setup();
  const other = setup(storage);
  left.keep({ ...ended("a", "half"), files: ["a.png"] });
  other.left.keep(ended("a", "half"));
  left.keep({ ...ended("a", ""), files: ["b.png", "a.png"] });
  expect(left.store.getState()).toMatchObject([{ text: "half", files: ["a.png", "b.png"] }]);
  expect(other.left.store.getState()).toMatchObject([{ text: "half", files: ["a.png"] }]);
});

test("what another version of the page stored is passed over", () => {
  const storage = new FakeStorage();
  for (const [i, text] of ["", "null", "[]", "{}", '{"id":"x"}', '{"id":"k1","chat":"a","text":"t"}'].entries()) {
    storage.setItem(`parley.left.anna.k${i}`, text);
  }
  expect(setup(storage).texts()).toEqual([]);
});
