import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Push } from "../protocol/frames.gen";
import { sampleChat, sampleRow } from "../protocol/frames.model";
import { createFeed } from "./store";

const counted = (seq: number): Push => ({ seq, type: "queue.waiting", data: { waiting: { q: seq } } });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what comes within one frame of the screen changes the view once", () => {
  const runs: (() => void)[] = [];
  const feed = createFeed({ schedule: (run) => runs.push(run) });
  const seen = vi.fn();
  feed.store.subscribe(seen);
  for (let i = 1; i <= 500; i++) feed.take(counted(i));
  expect(runs.length).toBe(1);
  runs[0]?.();
  expect(seen).toHaveBeenCalledTimes(1);
  expect(feed.store.getState().seq).toBe(500);
});

test("what is taken may be brought into the view at once, and the frame finds nothing more to do", () => {
  const runs: (() => void)[] = [];
  const feed = createFeed({ schedule: (run) => runs.push(run) });
  feed.take(counted(1));
  feed.flush();
  expect(feed.store.getState().waiting).toEqual({ q: 1 });
  const seen = vi.fn();
  feed.store.subscribe(seen);
  runs[0]?.();
  expect(seen).not.toHaveBeenCalled();
  vi.advanceTimersByTime(50);
  feed.take(counted(2));
  expect(runs.length).toBe(2);
});

test("of a storm the view has twenty states a second, and the lists five; both end with the last", () => {
  const feed = createFeed({ schedule: (run) => run() });
  const views = vi.fn();
  const lists = vi.fn();
  feed.store.subscribe(views);
  feed.listed.subscribe(lists);
  for (let i = 1; i <= 500; i++) {
    feed.take(counted(i));
    vi.advanceTimersByTime(2);
  }
  expect(views.mock.calls.length).toBeLessThanOrEqual(21);
  expect(views.mock.calls.length).toBeGreaterThanOrEqual(19);
  expect(lists.mock.calls.length).toBeLessThanOrEqual(6);
  expect(lists.mock.calls.length).toBeGreaterThanOrEqual(5);
  vi.advanceTimersByTime(200);
  expect(feed.store.getState().seq).toBe(500);
  expect(feed.listed.getState()).toBe(feed.store.getState());
});

test("a lone event reaches the chat and the lists together", () => {
  const feed = createFeed({ schedule: (run) => run() });
  vi.advanceTimersByTime(1_000);
  feed.take(counted(1));
  expect(feed.listed.getState()).toBe(feed.store.getState());
  expect(feed.listed.getState().seq).toBe(1);
});

test("what the operator does is in the lists at once: no row offers a chat that is open, none stays of a chat that is finished", () => {
  const row = sampleRow("c.1");
  const assigned = (id: string) => ({ chat: sampleChat(sampleRow(id)), messages: [], why: "accepted" }) as const;
  const completed = (chat: string) => ({ chat, reason: "operator", child: null }) as const;
  const status = { effective: "active", reason: "chosen", load: 0, limit: 5 } as const;
  const deeds: Push[][] = [
    [{ seq: 2, type: "chat.assigned", data: assigned("c.2") }],
    [
      { seq: 3, type: "chat.completed", data: completed("c.2") },
      { seq: 4, type: "chat.assigned", data: assigned("c.3") },
    ],
    [{ seq: 5, type: "chat.completed", data: completed("c.3") }],
    [{ seq: 6, type: "chat.withdrawn", data: { chat: row.id, reason: "declined", by: null } }],
    [{ seq: 7, type: "operator.status", data: { ...status, preferred: "inactive" } }],
  ];
  const feed = createFeed({ schedule: (run) => run() });
  const operator = { id: "anna", name: "Anna", preferred: "active", ...status } as const;
  const snapshot = { operator, offers: [row], waiting: {}, chats: [] };
  feed.take({ type: "hello", epoch: "e", seq: 0, resumed: false, snapshot });
  feed.take(counted(1)); // something else: the lists have their pace from now on
  for (const deed of deeds) {
    for (const push of deed) feed.take(push);
    vi.advanceTimersByTime(50);
    expect(feed.store.getState().seq).toBe(deed.at(-1)?.seq);
    expect(feed.listed.getState()).toBe(feed.store.getState());
  }
  feed.take({ seq: 8, type: "operator.status", data: { ...status, preferred: "inactive", load: 1 } });
  vi.advanceTimersByTime(50);
  expect(feed.listed.getState().seq, "how busy one is waits").toBe(7);
});

test("what is brought into the view at once is in the lists at once: nothing of one operator stays for the next", () => {
  const feed = createFeed({ schedule: (run) => run() });
  feed.take(counted(1));
  feed.take(counted(2));
  feed.flush();
  expect(feed.listed.getState().seq).toBe(2);
  feed.take({ type: "forget" });
  feed.flush();
  expect(feed.listed.getState().seq).toBe(0);
});

test("a listener that takes something in while the view changes loses nothing", () => {
  const feed = createFeed({ schedule: () => {} });
  feed.store.subscribe((now) => {
    if (now.seq !== 1) return;
    feed.take(counted(2));
    feed.flush();
  });
  feed.take(counted(1));
  feed.flush();
  expect(feed.store.getState().seq).toBe(2);
});

test("a frame that cannot be understood is not half taken in, and is told of", () => {
  const broken = vi.fn();
  const feed = createFeed({ schedule: () => {}, broken });
  feed.take(counted(1));
  feed.take({ seq: 2, type: "chat.offered", data: {} } as Push);
  feed.flush();
  expect(broken).toHaveBeenCalledTimes(1);
  expect(feed.store.getState().seq).toBe(0);
  feed.take(counted(1));
  feed.flush();
  expect(feed.store.getState().seq).toBe(1);
});
