import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Hello, Push } from "../protocol/frames.gen";
import { unreadOf, windowCloses } from "./derive";
import { type Input, reduce } from "./reduce";
import { emptyView, type View } from "./view";

const place = new URL("../../../wire/testdata/", import.meta.url);

/** A frame as the server spells it. */
function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, place), "utf8")) as T;
}

function follow(...names: string[]): View {
  return names.reduce((view, name) => reduce(view, golden<Input>(name)), emptyView);
}

test("a new operator's page is empty", () => {
  const view = follow("hello_empty");
  expect(view.me).toMatchObject({ load: 0 });
  expect(view.chats.size + view.offers.size).toBe(0);
});

test("a snapshot is the whole view", () => {
  const view = follow("hello_snapshot");
  expect([view.epoch, view.seq]).toEqual(["e1", 41]);
  expect(view.me).toMatchObject({ id: "anna", effective: "active" });
  expect(view.waiting).toEqual({ sales: 1, support: 0 });
  expect([...view.offers.keys()]).toEqual(["c0nv.2"]);
  const desk = view.chats.get("c0nv.2");
  expect(desk?.messages.map((m) => m.id)).toEqual(["c0nv.2.1", "c0nv.2.2"]);
  expect(desk?.chat.thread_control).toBe("other");
  expect(desk && windowCloses(desk.chat)).toBe(Date.parse("2026-11-23T07:00:00.123Z"));
});

test("the pushes follow one another from the first offer to the last chat", () => {
  const view = reduce(follow("hello_empty"), golden("chat_offered"));
  expect(view.offers.get("c0nv.2")?.deadline).toBe("2026-11-22T07:05:00.123Z");
  const withdrawn = reduce(view, golden("chat_withdrawn"));
  expect(withdrawn.offers.size).toBe(0);
  expect(withdrawn.withdrawn.get("c0nv.2")).toMatchObject({ reason: "taken", by: { id: "boris" } });

  const assigned = reduce(withdrawn, golden("chat_assigned"));
  const said = reduce(assigned, golden("chat_message"));
  const changed = reduce(said, golden("chat_message_updated"));
  const desk = changed.chats.get("c0nv.2");
  expect(desk?.messages.map((m) => [m.id, m.state])).toEqual([
    ["c0nv.2.1", null],
    ["c0nv.2.2", "failed"],
  ]);
  const updated = reduce(changed, golden("chat_updated"));
  expect(updated.chats.get("c0nv.2")?.chat.draft).toBe("dear Zoë");
  const completed = reduce(updated, golden("chat_completed"));
  expect(completed.chats.size).toBe(0);
  expect(completed.ended.get("c0nv.2")).toMatchObject({ reason: "transfer", child: "c0nv.3" });

  const counted = reduce(completed, golden("queue_waiting"));
  expect(counted.waiting).toEqual({ sales: 2 });
  const none = reduce(counted, golden("queue_waiting_none"));
  expect(none.waiting).toEqual({});
  const status = reduce(none, golden("operator_status"));
  expect(status.me).toMatchObject({ effective: "inactive", reason: "offer_expired", load: 1 });
  expect(status.seq).toBe(13);
});

test("an offer that changes stays an offer, one that runs out goes without a name", () => {
  const view = follow("hello_empty", "chat_offered", "chat_updated_waiting");
  expect(view.offers.get("c0nv.2")).toMatchObject({ state: "waiting", deadline: "2026-11-22T07:05:00.123Z" });
  const gone = reduce(view, { ...golden<Push>("chat_withdrawn_by_no"), seq: 99 } as Push);
  expect(gone.withdrawn.get("c0nv.2")).toMatchObject({ reason: "expired", by: null });
});

test("a resumed greeting changes nothing", () => {
  const view = follow("hello_snapshot");
  expect(reduce(view, golden<Hello>("hello_resumed"))).toBe(view);
});

test("unread counts what the server counted and what has come since", () => {
  const desk = follow("hello_empty", "chat_assigned").chats.get("c0nv.2");
  expect(desk && unreadOf(desk)).toBe(1);
});

test("every golden push is one that the reducer knows", () => {
  const names = readdirSync(place).filter((f) => /^(chat|queue|operator)_.*\.json$/.test(f));
  expect(names.length).toBeGreaterThan(10);
  const begin = follow("hello_snapshot");
  for (const name of names) {
    const push = { ...golden<Push>(name.replace(".json", "")), seq: 42 } as Push;
    const after = reduce(begin, push);
    const fields = Object.keys(after) as (keyof View)[];
    expect(after.seq).toBe(42);
    expect(
      fields.filter((f) => f !== "seq" && after[f] !== begin[f]),
      name,
    ).not.toEqual([]);
  }
});
