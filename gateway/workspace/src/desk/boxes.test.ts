import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interrupted, Refused } from "../protocol/connection";
import type { Ask } from "./ask";
import { Boxes } from "./boxes";
import type { ShelvedDraft } from "./draftshelf";
import { FakeStorage } from "./storage.fake";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

interface Elsewhere {
  readonly sent?: readonly string[];
}

function setup(storage = new FakeStorage(), draft = "", { sent = [] }: Elsewhere = {}) {
  const server = { draft, asked: [] as string[], fails: null as Error | null };
  const offered: [ShelvedDraft["text"], string][] = [];
  const ask = vi.fn(async (_type: string, fields: { text: string }) => {
    server.asked.push(fields.text);
    if (server.fails !== null) throw server.fails;
    server.draft = fields.text;
    return {};
  });
  const boxes = new Boxes(ask as unknown as Ask, storage, {
    kept: () => server.draft,
    customer: () => "Maya",
    newest: () => 1,
    sentSince: () => sent,
    leftOver: (left, why) => offered.push([left.text, why]),
  });
  boxes.belongTo("anna");
  boxes.heard("a");
  const text = () => boxes.of("a").draft.text;
  return { boxes, server, storage, offered, text };
}

test("a draft is stored when the typing pauses, once", async () => {
  const { boxes, server } = setup();
  for (const text of ["h", "he", "hel"]) {
    boxes.edit("a", text);
    await wait(100);
  }
  expect(server.asked).toEqual([]);
  await wait(5_000);
  expect(server.asked).toEqual(["hel"]);
});

test("the server's draft stands in the box of a chat that comes", () => {
  expect(setup(new FakeStorage(), "dear").text()).toBe("dear");
});

test("what the server has not taken is there after a reload, and is stored then", async () => {
  const first = setup();
  first.server.fails = new Interrupted();
  first.boxes.edit("a", "half a word");
  await wait(1_000);
  const second = setup(first.storage, "");
  expect(second.text()).toBe("half a word");
  await wait(1_000);
  expect(second.server.draft).toBe("half a word");
  expect(second.storage.length).toBe(0);
});

test("a break in the middle of storing is followed by another try with the next hello", async () => {
  const { boxes, server, text } = setup();
  server.fails = new Interrupted();
  boxes.edit("a", "abc");
  await wait(500);
  expect(server.asked).toEqual(["abc"]);
  server.fails = null;
  boxes.flush();
  await wait(0);
  expect(server.draft).toBe("abc");
  expect(text()).toBe("abc");
});

test("a busy server is asked again without a key being pressed", async () => {
  const { boxes, server } = setup();
  server.fails = new Refused({ code: "busy", message: "" });
  boxes.edit("a", "abc");
  await wait(500);
  server.fails = null;
  await wait(5_000);
  expect(server.draft).toBe("abc");
});

test("what another tab stored is taken over when this one has been left alone", async () => {
  const { boxes, server, text } = setup();
  boxes.edit("a", "mine");
  await wait(450);
  server.draft = "theirs";
  boxes.heard("a");
  expect(text()).toBe("mine");
  await wait(2_000);
  expect(text()).toBe("theirs");
});

test("a sent text does not come back, however late the server hears of it", async () => {
  const { boxes, server, text } = setup(new FakeStorage(), "abc");
  server.fails = new Interrupted();
  boxes.sent("a");
  await wait(10_000);
  boxes.heard("a");
  expect(text()).toBe("");
});

test("what is typed while a message is tried again is not taken along by it", async () => {
  const { boxes, server, text } = setup();
  boxes.sent("a");
  boxes.edit("a", "next");
  await wait(3_000);
  expect(server.draft).toBe("next");
  server.draft = ""; // the message has come through, and with it the draft has gone
  boxes.emptied("a");
  boxes.heard("a");
  await wait(3_000);
  expect(text()).toBe("next");
  expect(server.draft).toBe("next");
});

test("nothing stays of the box of a chat that is over", async () => {
  const { boxes, server, storage } = setup();
  server.fails = new Interrupted();
  boxes.edit("a", "unsent");
  await wait(500);
  boxes.close("a");
  await wait(60_000);
  expect(storage.length).toBe(0);
  expect(boxes.store.getState().size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a chat that ends while its draft is stored does not come back", async () => {
  const { boxes } = setup();
  boxes.edit("a", "abc");
  boxes.flush();
  boxes.close("a");
  await wait(5_000);
  expect(boxes.store.getState().has("a")).toBe(false);
});

test("another operator's boxes are empty", async () => {
  const { boxes, server, storage, text } = setup();
  server.fails = new Interrupted();
  boxes.edit("a", "for anna's eyes");
  await wait(500);
  boxes.belongTo("boris");
  server.draft = "";
  boxes.heard("a");
  expect(text()).toBe("");
  await wait(10_000);
  expect(storage.getItem("parley.draft.anna.a")).toContain("for anna's eyes");
});

test("a full storage stops nobody from typing", async () => {
  const { boxes, server, storage, text } = setup();
  storage.full = true;
  boxes.edit("a", "abc");
  await wait(1_000);
  expect(text()).toBe("abc");
  expect(server.draft).toBe("abc");
});

/** A page that goes while its draft is on its way to the server. */
async function gone(text: string) {
  const page = setup();
  page.server.fails = new Interrupted();
  page.boxes.edit("a", text);
  page.boxes.flush();
  await wait(0);
  page.boxes.belongTo("");
  return page.storage;
}

test("what the server took in the last moment is done with", async () => {
  const next = setup(await gone("half"), "half");
  expect([next.text(), next.storage.length, next.offered]).toEqual(["half", 0, []]);
});

test("a text that was sent from another device meanwhile does not come back", async () => {
  const next = setup(await gone("half"), "", { sent: ["half"] });
  await wait(10_000);
  expect([next.text(), next.server.asked, next.storage.length, next.offered]).toEqual(["", [], 0, []]);
});

test("a reply that went on elsewhere stays, and what was typed here is offered beside it", async () => {
  const next = setup(await gone("mine"), "theirs");
  await wait(10_000);
  expect([next.text(), next.server.draft, next.storage.length]).toEqual(["theirs", "theirs", 0]);
  expect(next.offered).toEqual([["mine", "elsewhere"]]);
});

test("what was answered from elsewhere is not answered again by a text of before", async () => {
  const next = setup(await gone("mine"), "", { sent: ["theirs"] });
  expect([next.text(), next.offered]).toEqual(["", [["mine", "elsewhere"]]]);
});

test("what was only carried on elsewhere is not offered", async () => {
  const next = setup(await gone("half"), "half a word");
  expect([next.text(), next.offered]).toEqual(["half a word", []]);
});

test("what was typed while a draft was on its way stands, though the server has taken that draft", async () => {
  const page = setup();
  page.server.fails = new Interrupted();
  page.boxes.edit("a", "half");
  page.boxes.flush();
  page.boxes.edit("a", "half a word");
  await wait(0);
  page.boxes.belongTo("");
  const next = setup(page.storage, "half");
  await wait(5_000);
  expect([next.text(), next.server.draft, next.offered]).toEqual(["half a word", "half a word", []]);
});

test("a text of a chat that has gone is given back once", async () => {
  const storage = await gone("mine");
  const next = setup(storage);
  next.boxes.sweep(() => true);
  expect(next.offered).toEqual([]);
  next.boxes.sweep(() => false);
  next.boxes.sweep(() => false);
  expect([next.offered, storage.length]).toEqual([[["mine", "ended"]], 0]);
});

test("what another operator's page left is not swept", async () => {
  const storage = await gone("mine");
  const boxes = setup(storage).boxes;
  for (const other of ["ann", "boris"]) {
    boxes.belongTo(other);
    boxes.sweep(() => false);
  }
  expect(storage.length).toBe(1);
});
