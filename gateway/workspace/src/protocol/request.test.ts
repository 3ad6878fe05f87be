import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interrupted, Refused } from "./connection";
import { connected } from "./socket.fake";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const c = connected();
  c.connection.start();
  c.newest().hello("e1", 0);
  const id = (i: number) => c.newest().sent[i]?.id;
  return { ...c, id };
}

test("replies find who asked by the id, in whatever order they come", async () => {
  const c = open();
  const first = c.connection.request("chat.accept", { chat: "a" });
  const second = c.connection.request("chat.decline", { chat: "b" });
  expect(c.newest().sent).toMatchObject([
    { type: "chat.accept", chat: "a" },
    { type: "chat.decline", chat: "b" },
  ]);
  c.newest().accepts(c.id(1), { second: true });
  c.newest().accepts(c.id(0), { first: true });
  expect(await first).toEqual({ first: true });
  expect(await second).toEqual({ second: true });
});

test("a refusal comes with its code and who has the chat", async () => {
  const c = open();
  const asked = c.connection.request("chat.accept", { chat: "a" }).catch((e: unknown) => e);
  c.newest().refuses(c.id(0), { code: "taken", message: "no", by: { id: "boris", name: "Boris" } });
  const e = await asked;
  expect(e).toBeInstanceOf(Refused);
  expect(e).toMatchObject({ code: "taken", by: { name: "Boris" } });
});

test("without a connection nothing is asked", async () => {
  const c = connected();
  await expect(c.connection.request("chat.accept", { chat: "a" })).rejects.toBeInstanceOf(Interrupted);
  c.connection.start();
  await expect(c.connection.request("chat.accept", { chat: "a" })).rejects.toBeInstanceOf(Interrupted);
  expect(c.newest().sent).toEqual([]);
});

test("a break leaves nobody waiting, and an answer from before it is heard by nobody", async () => {
  const c = open();
  const asked = expect(c.connection.request("chat.finish", { chat: "a" })).rejects.toBeInstanceOf(Interrupted);
  c.newest().ends(1006);
  await asked;
  await vi.advanceTimersByTimeAsync(300);
  c.newest().resumes("e1", 0);
  c.newest().accepts(1);
  const again = c.connection.request("chat.finish", { chat: "a" });
  expect(c.id(0)).toBe(2);
  c.newest().accepts(2);
  await again;
});

test("a request without an answer is given up after 15 s while the connection stays", async () => {
  const c = open();
  const asked = expect(c.connection.request("chat.finish", { chat: "a" })).rejects.toBeInstanceOf(Interrupted);
  await vi.advanceTimersByTimeAsync(15_000);
  await asked;
  c.newest().accepts(c.id(0));
  expect(c.newest().closed).toBe(false);
  expect(c.stands()).toBe("open");
});

test("an error without an id is nobody's", () => {
  const c = open();
  c.newest().says({ id: null, ok: false, error: { code: "bad_request", message: "" } });
  c.newest().says({ id: 99, ok: true, data: {} });
  expect(c.newest().closed).toBe(false);
});

test("a frame and the end in one task: what came first counts", async () => {
  const c = open();
  const asked = c.connection.request("chat.finish", { chat: "a" });
  c.newest().push(1);
  c.newest().accepts(c.id(0), { done: true });
  c.newest().ends(1006);
  expect(await asked).toEqual({ done: true });
  expect(c.numbers()).toEqual([1]);
});
