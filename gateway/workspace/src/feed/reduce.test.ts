import { expect, test } from "vitest";
import { ModelPage } from "./page.model";
import { reduce } from "./reduce";
import { ModelServer } from "./server.model";

function setup(texts: number) {
  const server = new ModelServer();
  server.receive(0);
  const page = new ModelPage(server);
  server.say(0, "in", texts);
  page.hearAll();
  const chat = [...page.view.chats.keys()][0] ?? "";
  const positions = () => (page.view.chats.get(chat) ?? page.view.ended.get(chat))?.messages.map((m) => m.position);
  return { server, page, chat, positions };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("a reaction to a message that is not here makes no hole in the history", () => {
  const { server } = setup(60);
  const fresh = new ModelPage(server);
  server.change(0, 58, 2);
  fresh.hearAll();
  expect([...fresh.view.chats.values()][0]?.messages.map((m) => m.position)).toEqual(range(11, 60));
});

test("a message sent twice, whose first sending is far above, is not put under what is here", () => {
  const { server, page, chat } = setup(0);
  page.send(0, "k1");
  server.say(0, "in", 60);
  const fresh = new ModelPage(server);
  fresh.send(0, "k1");
  fresh.replied();
  expect(fresh.view.chats.get(chat)?.messages.map((m) => m.position)).toEqual(range(12, 61));
});

test("a reply that overtakes the messages before it leaves no hole after the next snapshot", () => {
  const { server, page, positions } = setup(5);
  server.say(0, "in", 1);
  page.send(0, "k1");
  page.replied();
  expect(positions()).toEqual([1, 2, 3, 4, 5, 7]);
  server.say(0, "in", 49);
  page.cut("snapshot", 0);
  expect(positions()).toEqual(range(7, 56));
});

test("a page that was read before a change does not take the change back", () => {
  const { server, page, chat } = setup(70);
  const fresh = new ModelPage(server);
  fresh.ask(0, false);
  server.change(0, 69, 2);
  fresh.hearAll();
  fresh.replied();
  expect(fresh.view.chats.get(chat)?.messages[0]).toMatchObject({ position: 1, reactions: [{ by: "customer" }] });
  page.hearAll();
  page.cut("snapshot", 0);
  page.ask(0, true);
  server.change(0, 68, 2);
  page.hearAll();
  page.replied();
  expect(page.view.chats.get(chat)?.messages[1]).toMatchObject({ position: 2, reactions: [{ by: "customer" }] });
});

test("what was read before a break is read again, from behind it and not from above", () => {
  const { server, page, chat } = setup(170);
  const missed = new ModelPage(server);
  for (let i = 0; i < 2; i++) {
    missed.ask(0, false);
    missed.replied();
  }
  server.change(0, 80, 2);
  missed.cut("snapshot", 0);
  missed.ask(0, false);
  missed.replied();
  expect(missed.view.chats.get(chat)).toMatchObject({ stale: expect.any(String), more: false });
  missed.refresh();
  expect(missed.view.chats.get(chat)?.stale).toBeNull();
  expect(missed.view.chats.get(chat)?.messages).toEqual(server.all(chat));
  expect(page.view.chats.get(chat)?.stale).toBeNull();
});

test("the word of an end that a snapshot knew before is still heard", () => {
  const { server, page, chat } = setup(3);
  server.end(0, false, true);
  page.cut("snapshot", 0);
  expect(page.view.ended.get(chat)?.reason).toBeNull();
  server.settle();
  page.hearAll();
  expect(page.view.ended.get(chat)?.reason).toBe("operator");
  expect(page.view.chats.size).toBe(0);
});

test("a parent's message that changes late is changed wherever it is shown", () => {
  const { server, page, chat, positions } = setup(2);
  server.end(0, true, false);
  server.takeBack(0);
  page.hearAll();
  server.change(0, 1, 1);
  page.hearAll();
  expect(positions()).toEqual([1, 2]);
  expect(page.view.ended.get(chat)?.messages[1]?.deleted).toBe(true);
  expect([...page.view.chats.values()][0]?.messages[1]?.deleted).toBe(true);
});

test("somebody else's snapshot leaves nothing of the former operator", () => {
  const { server, page, chat } = setup(2);
  server.offer(1);
  page.hearAll();
  const hello = server.hello();
  const me = { ...hello.snapshot?.operator, id: "boris" };
  const snapshot = { operator: me, offers: [], waiting: {}, chats: [] } as unknown as NonNullable<
    typeof hello.snapshot
  >;
  const view = reduce(page.view, { ...hello, epoch: "other", seq: 0, snapshot });
  expect(view.me?.id).toBe("boris");
  expect([view.chats.has(chat), view.ended.has(chat), view.offers.size, view.withdrawn.size]).toEqual([
    false,
    false,
    0,
    0,
  ]);
});

test("an operator who leaves the page leaves it empty", () => {
  const { page } = setup(2);
  const view = reduce(page.view, { type: "forget" });
  expect([view.me, view.chats.size, view.ended.size, view.epoch]).toEqual([null, 0, 0, ""]);
});

test("of a trimmed chat the newest messages stay, and the older ones can be read again", () => {
  const { page, chat, positions } = setup(60);
  const trim = { type: "trim", chat, keep: 20 } as const;
  page.view = reduce(page.view, trim);
  expect(positions()).toEqual(range(41, 60));
  expect(page.view.chats.get(chat)?.more).toBe(true);
  expect(reduce(page.view, trim)).toBe(page.view);
});

test("two pages that were asked for above what is stale do not make it true", () => {
  const { server, chat } = setup(130);
  const page = new ModelPage(server);
  page.ask(0, false);
  page.replied();
  server.change(0, 60, 2);
  page.cut("snapshot", 0);
  page.ask(0, false);
  page.ask(0, false);
  page.replied();
  page.replied();
  page.refresh();
  expect(page.view.chats.get(chat)?.messages).toEqual(server.all(chat));
});

test("a push that comes twice counts once", () => {
  const { server, page } = setup(1);
  server.status(true);
  server.status(false);
  page.hearAll();
  const view = page.view;
  for (const push of server.log) expect(reduce(view, { ...push, seq: view.seq })).toBe(view);
});

test("a reply that is ahead of the push of its message is not taken back by it", () => {
  const { server, page, chat } = setup(1);
  server.send(chat, "k1");
  server.change(0, 0, 0); // it is sent before anybody here hears of it
  page.send(0, "k1");
  page.replied();
  page.hear(1);
  expect(page.view.chats.get(chat)?.messages[1]?.state).toBe("sent");
});

test("what comes to a chat that has ended is shown behind what is here, or not at all", () => {
  const { server, page, chat, positions } = setup(2);
  server.say(0, "in", 2);
  const said = server.log.slice(-2);
  server.end(0, false, true);
  page.cut("snapshot", 0);
  for (const [i, push] of said.toReversed().entries()) page.view = reduce(page.view, { ...push, seq: 1_000 + i });
  expect(page.view.ended.has(chat)).toBe(true);
  expect(positions()).toEqual([1, 2, 3]);
});
