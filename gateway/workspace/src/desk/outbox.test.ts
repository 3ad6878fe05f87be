import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Interrupted, Refused } from "../protocol/connection";
import type { Message } from "../protocol/frames.gen";
import type { Ask } from "./ask";
import { Outbox } from "./outbox";
import type { Pending } from "./pending";
import { FakeStorage } from "./storage.fake";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const pending = (clientId: string, chat = "a"): Pending => ({
  clientId,
  chat,
  text: clientId,
  files: [],
  replyTo: null,
  at: Date.now(),
  refused: null,
});

interface Asked {
  readonly chat: string;
  readonly client_id: string;
}

function setup(storage = new FakeStorage()) {
  const asked: string[] = [];
  const open: { fields: Asked; accept: () => void; fail: (e: Error) => void }[] = [];
  const ask = (_: string, fields: Asked) => {
    asked.push(fields.client_id);
    return new Promise((resolve, reject) => {
      const message = { id: fields.client_id, chat: fields.chat, client_id: fields.client_id } as Message;
      open.push({ fields, accept: () => resolve({ message }), fail: reject });
    });
  };
  const taken: string[] = [];
  const refused: string[] = [];
  const outbox = new Outbox(
    ask as unknown as Ask,
    (m) => taken.push(m.id),
    (p) => refused.push(p.clientId),
  );
  outbox.belongTo(storage, "anna");
  const answer = async (e?: Error) => {
    const next = open.shift();
    if (e === undefined) next?.accept();
    else next?.fail(e);
    await wait(0);
  };
  const waiting = () => outbox.of("a").map((p) => p.clientId);
  return { outbox, storage, asked, taken, refused, answer, waiting };
}

const busy = new Refused({ code: "busy", message: "" });
const closed = new Refused({ code: "window_closed", message: "" });

test("messages of one chat go one after another, those of others do not wait for them", async () => {
  const o = setup();
  o.outbox.send(pending("1"));
  o.outbox.send(pending("2"));
  o.outbox.send(pending("x", "b"));
  expect(o.asked).toEqual(["1", "x"]);
  await o.answer();
  expect(o.asked).toEqual(["1", "x", "2"]);
  await o.answer();
  await o.answer();
  expect(o.taken).toEqual(["1", "x", "2"]);
  expect(o.outbox.store.getState().size).toBe(0);
  expect(o.storage.length).toBe(0);
});

test("after a break the same message goes again under the same id, before those behind it", async () => {
  const o = setup();
  o.outbox.send(pending("1"));
  o.outbox.send(pending("2"));
  await o.answer(new Interrupted());
  expect(o.waiting()).toEqual(["1", "2"]);
  o.outbox.resume();
  await o.answer();
  await o.answer();
  expect(o.asked).toEqual(["1", "1", "2"]);
  await wait(10_000);
  expect(o.asked.length).toBe(3);
});

test("a busy server is asked again by itself", async () => {
  const o = setup();
  o.outbox.send(pending("1"));
  await o.answer(busy);
  expect(o.asked).toEqual(["1"]);
  await wait(2_000);
  expect(o.asked).toEqual(["1", "1"]);
  await o.answer();
  expect(o.waiting()).toEqual([]);
});

test("a refused message stays with its reason and holds up nothing behind it", async () => {
  const o = setup();
  o.outbox.send(pending("1"));
  o.outbox.send(pending("2"));
  await o.answer(closed);
  expect(o.refused).toEqual(["1"]);
  await o.answer();
  expect(o.taken).toEqual(["2"]);
  expect(o.outbox.of("a")).toMatchObject([{ clientId: "1", refused: "window_closed" }]);
});

test("a refused message is not sent by a reload, days later", async () => {
  const first = setup();
  first.outbox.send(pending("1"));
  await first.answer(closed);
  const second = setup(first.storage);
  second.outbox.resume();
  await wait(60_000);
  expect(second.asked).toEqual([]);
  expect(second.outbox.of("a")).toMatchObject([{ clientId: "1", refused: "window_closed" }]);
  second.outbox.retry("a", "1");
  expect(second.asked).toEqual(["1"]);
});

test("what a reload interrupted goes on, in the order in which it was written", async () => {
  const first = setup();
  for (const id of ["z", "m", "a"]) {
    first.outbox.send(pending(id));
    await wait(1);
  }
  const second = setup(first.storage);
  second.outbox.resume();
  for (let i = 0; i < 3; i++) await second.answer();
  expect(second.taken).toEqual(["z", "m", "a"]);
});

test("a message whose push came is settled, and its late or lost reply changes nothing", async () => {
  const o = setup();
  o.outbox.send(pending("1"));
  o.outbox.send(pending("2"));
  o.outbox.settle("a", (id) => id === "1");
  expect(o.waiting()).toEqual(["2"]);
  await o.answer(new Interrupted());
  await wait(2_000);
  expect(o.asked).toEqual(["1", "2"]);
  await o.answer();
  expect(o.waiting()).toEqual([]);
});

test("a message that is given up gives its text back and is not sent", async () => {
  const o = setup();
  o.outbox.send(pending("1"));
  await o.answer(closed);
  expect(o.outbox.discard("a", "1")?.text).toBe("1");
  expect(o.outbox.discard("a", "1")).toBeUndefined();
  expect(o.storage.length).toBe(0);
});

test("another operator neither sees nor sends what was left", async () => {
  const o = setup();
  o.outbox.send(pending("1"));
  await o.answer(new Interrupted());
  o.outbox.belongTo(o.storage, "boris");
  await wait(10_000);
  expect(o.asked).toEqual(["1"]);
  expect(o.waiting()).toEqual([]);
  o.outbox.belongTo(o.storage, "anna");
  expect(o.waiting()).toEqual(["1"]);
});

test("signing in again as the same operator loses nothing, though the storage was full", () => {
  const storage = new FakeStorage();
  storage.full = true;
  const o = setup(storage);
  o.outbox.send(pending("1"));
  o.outbox.belongTo(storage, "anna");
  expect(o.waiting()).toEqual(["1"]);
});

test("what makes a frame larger than the server takes is refused here, after a reload too", async () => {
  const o = setup();
  o.outbox.send({ ...pending("1"), text: "\u{1f600}".repeat(17_000) });
  o.outbox.send(pending("2"));
  await wait(0);
  expect(o.asked).toEqual(["2"]);
  expect(o.refused).toEqual(["1"]);
  expect(o.outbox.of("a")[0]).toMatchObject({ clientId: "1", refused: "too_long" });
  const second = setup();
  second.storage.setItem("parley.outbox.anna.3", JSON.stringify({ ...pending("3"), text: "\u0001".repeat(11_000) }));
  second.outbox.belongTo(second.storage, "");
  second.outbox.belongTo(second.storage, "anna");
  second.outbox.resume();
  await wait(10_000);
  expect(second.asked).toEqual([]);
  expect(second.refused).toEqual(["3"]);
});

describe("two tabs of one operator", () => {
  const key = "parley.outbox.anna.1";

  async function refusedInBoth() {
    const a = setup();
    const b = setup(a.storage);
    a.outbox.send(pending("1"));
    b.outbox.followed(key);
    expect(b.waiting()).toEqual([]); // the tab that sends it has it
    await a.answer(closed);
    b.outbox.followed(key);
    expect(b.outbox.of("a")).toMatchObject([{ clientId: "1", refused: "window_closed" }]);
    return { a, b };
  }

  test("a refused message that one gave up is gone in the other", async () => {
    const { a, b } = await refusedInBoth();
    a.outbox.discard("a", "1");
    b.outbox.followed(key);
    expect(b.waiting()).toEqual([]);
  });

  test("one that is sent again there is not offered here meanwhile, and stands here when it is refused again", async () => {
    const { a, b } = await refusedInBoth();
    a.outbox.retry("a", "1");
    b.outbox.followed(key);
    expect(b.waiting()).toEqual([]);
    await a.answer(new Refused({ code: "completed", message: "" }));
    b.outbox.followed(key);
    expect(b.outbox.of("a")).toMatchObject([{ clientId: "1", refused: "completed" }]);
    expect(b.asked).toEqual([]);
  });

  test("what the storage says of others, or cannot say, changes nothing", async () => {
    const { b } = await refusedInBoth();
    for (const other of ["parley.outbox.boris.1", "parley.draft.anna.a", "parley.outbox.anna."])
      b.outbox.followed(other);
    expect(b.waiting()).toEqual(["1"]);
  });
});
