import fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../protocol/frames.gen";
import { unreadOf } from "./derive";
import { windowSize } from "./messages";
import { ModelPage } from "./page.model";
import { ModelServer } from "./server.model";
import type { Desk, View } from "./view";

type Happening = (server: ModelServer, page: ModelPage, a: number, b: number) => void;

/** What may happen, with two dice for its details. */
const happenings: Readonly<Record<string, Happening>> = {
  offer: (s, _, a) => s.offer(1 + (a % 3)),
  touchOffer: (s, _, a) => s.touchOffer(a),
  withdraw: (s, _, a) => s.withdraw(a),
  accept: (s, _, a) => s.accept(a),
  receive: (s, _, a) => s.receive(a),
  takeBack: (s, _, a) => s.takeBack(a),
  say: (s, _, a, b) => s.say(a, b % 2 === 0 ? "in" : "out", 1),
  burst: (s, _, a, b) => s.say(a, "in", b % 70),
  change: (s, _, a, b) => s.change(a, a % 5 === 0 ? b : b % 4, b),
  read: (s, _, a, b) => s.read(a, b % 4),
  draft: (s, _, a, b) => s.keepDraft(a, String(b)),
  end: (s, _, a, b) => s.end(a, b % 2 === 0, b % 3 === 0),
  settle: (s) => s.settle(),
  count: (s, _, a, b) => s.count(a % 3, b),
  status: (s, _, a) => s.status(a % 2 === 0),
  hear: (_, p, a) => p.hear(a % 12),
  replied: (_, p) => p.replied(),
  send: (_, p, a, b) => p.send(a, `k${b}`),
  resend: (_, p, a, b) => p.send(a, `k${b % 3}`),
  older: (_, p, a) => p.ask(a, false),
  reread: (_, p, a) => p.ask(a, true),
  trim: (_, p, a, b) => p.trim(a, 50 + (b % 60)),
  cut: (_, p, a, b) => p.cut(b % 3 === 0 ? "resume" : b % 3 === 1 ? "snapshot" : "restart", a % 4),
};

/** On a busy machine; alone it takes three seconds. */
const patience = 60_000;

const dice = fc.nat(200);
const some = (names: readonly string[], maxLength: number) =>
  fc.array(fc.tuple(fc.constantFrom(...names), dice, dice), { minLength: 1, maxLength, size: "max" });

/** A day with many chats. */
const often = ["accept", "say", "change", "change", "hear", "hear", "replied", "older", "cut"];
const day = some([...Object.keys(happenings), ...often], 70);

/** One long chat, whose history is read while it goes on. */
const begin = [["receive", 130, 0] as const, ["hear", 1, 0] as const];
const rare = ["end", "takeBack", "settle", "trim", "burst", "read", "send", "resend"];
const going = ["older", "older", "reread", "change", "change", "change", "hear", "replied", "replied", "say", "cut"];
const long = some([...rare, ...going, ...going], 40).map((list) => [...begin, ...list]);

const steps = fc.oneof(day, long);

test(
  "after any breaks a page shows what the server has, and what an unbroken page shows (S102)",
  () => {
    fc.assert(
      fc.property(steps, (list) => {
        const server = new ModelServer();
        const unbroken = new ModelPage(server);
        const page = new ModelPage(server, inOrder);
        for (const [what, a, b] of list) {
          happenings[what]?.(server, page, a, b);
          unbroken.hearAll();
        }
        server.settle();
        unbroken.hearAll();
        page.hearAll();
        page.refresh();
        isTrue(unbroken.view, server);
        isTrue(page.view, server);
        agree(page.view, unbroken.view);
      }),
      { numRuns: 1_200 },
    );
  },
  patience,
);

test(
  "no state of a message goes back while a page follows the feed",
  () => {
    fc.assert(
      fc.property(steps, (list) => {
        const server = new ModelServer();
        const page = new ModelPage(server, forward);
        for (const [what, a, b] of list) if (what !== "resend") happenings[what]?.(server, page, a, b);
      }),
      { numRuns: 400 },
    );
  },
  patience,
);

/** Nothing doubled, nothing out of order, whatever is still on its way. */
function inOrder(before: View, now: View): void {
  for (const [id, { messages }] of [...now.chats, ...now.ended]) {
    if (messages === (before.chats.get(id) ?? before.ended.get(id))?.messages) continue;
    for (let i = 1; i < messages.length; i++) {
      const [a, b] = [messages[i - 1] as Message, messages[i] as Message];
      if (a.chat === b.chat ? a.position >= b.position : number(a.chat) >= number(b.chat)) {
        expect.fail(`${b.id} stands behind ${a.id}`);
      }
    }
  }
}

/** Of a chat in its conversation. */
function number(chat: string): number {
  return Number(chat.slice(chat.indexOf(".") + 1));
}

function isTrue(view: View, server: ModelServer): void {
  const { snapshot } = server.hello();
  if (snapshot === undefined) throw new Error("no snapshot");
  expect(view.me).toEqual(snapshot.operator);
  expect(view.waiting).toEqual(snapshot.waiting);
  expect([...view.offers.keys()]).toEqual(snapshot.offers.map((row) => row.id));
  for (const row of snapshot.offers) expect(view.offers.get(row.id)).toMatchObject(row);
  expect(new Set(view.chats.keys())).toEqual(new Set(snapshot.chats.map((a) => a.chat.id)));
  for (const { chat } of snapshot.chats) {
    const desk = view.chats.get(chat.id) as Desk;
    expect(unreadOf(desk)).toBe(chat.unread);
    expect(desk.chat.draft).toBe(chat.draft);
    const all = server.all(chat.id);
    expect(desk.messages).toEqual(all.slice(all.length - desk.messages.length));
    expect(desk.messages.length).toBeGreaterThanOrEqual(Math.min(all.length, windowSize));
    expect(desk.stale).toBeNull();
    if (!desk.more) expect(desk.messages.length).toBe(all.length);
  }
}

/** Both show the same; of a chat's history each may have read more than the other. */
function agree(a: View, b: View): void {
  expect([...a.offers.keys()]).toEqual([...b.offers.keys()]);
  expect(new Set(a.chats.keys())).toEqual(new Set(b.chats.keys()));
  for (const [id, desk] of a.chats) {
    const other = b.chats.get(id) as Desk;
    const n = Math.min(desk.messages.length, other.messages.length);
    expect(desk.messages.slice(-n)).toEqual(other.messages.slice(-n));
  }
  for (const [id, end] of a.ended) {
    expect(a.chats.has(id)).toBe(false);
    const other = b.ended.get(id);
    if (end.reason !== null) expect([end.reason, end.child]).toEqual([other?.reason, other?.child]);
  }
}

const way = ["queued", "sent", "delivered", "read"];

function forward(before: View, now: View): void {
  if (now.epoch !== before.epoch) return;
  for (const [id, desk] of now.chats) {
    const was = new Map(before.chats.get(id)?.messages.map((m) => [m.id, m.state]));
    for (const m of desk.messages) {
      const old = way.indexOf(was.get(m.id) ?? "");
      const state = way.indexOf(m.state ?? "");
      if (old >= 0 && state >= 0 && state < old) expect.fail(`${m.id} goes back to ${m.state}`);
    }
  }
}
