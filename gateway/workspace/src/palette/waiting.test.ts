import { expect, it } from "vitest";
import { emptyView, type View } from "../feed/view";
import type { Full, Message } from "../protocol/frames.gen";
import { nextWaiting } from "./waiting";

/** A view of chats, each with who spoke last and at which minute. */
function view(...chats: [id: string, last: "customer" | "operator", minute: number][]): View {
  const desks = chats.map(([id, last, minute]) => {
    const at = new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
    const message = { id: `${id}.1`, chat: id, position: 1, at, direction: last === "customer" ? "in" : "out" };
    const messages = [{ ...message, author: { kind: last, id: "", name: "" }, state: null } as unknown as Message];
    const chat = { id, unread: 0, last_position: 1, created_at: at } as Full;
    return [id, { chat, messages, more: false, stale: null }] as const;
  });
  return { ...emptyView, chats: new Map(desks) };
}

const three = view(
  ["short", "customer", 30],
  ["answered", "operator", 1],
  ["long", "customer", 2],
  ["middle", "customer", 9],
);

it("goes to whoever has waited longest first", () => {
  expect(nextWaiting(three, null)).toBe("long");
  expect(nextWaiting(three, "answered")).toBe("long");
});

it("goes on from the open chat and round again", () => {
  expect(nextWaiting(three, "long")).toBe("middle");
  expect(nextWaiting(three, "middle")).toBe("short");
  expect(nextWaiting(three, "short")).toBe("long");
});

it("goes nowhere when nobody waits", () => {
  expect(nextWaiting(view(["a", "operator", 1]), null)).toBeNull();
  expect(nextWaiting(emptyView, "a")).toBeNull();
});
