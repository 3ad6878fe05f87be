// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { leaveTogether, watchPage } from "./page";
import type { Session } from "./session";
import type { Workspace } from "./workspace";

const w = {
  connection: { renew: vi.fn(), hurry: vi.fn() },
  boxes: { flush: vi.fn() },
  feed: { flush: vi.fn() },
  followed: vi.fn(),
};
watchPage(w as unknown as Workspace);

beforeEach(() => {
  vi.clearAllMocks();
});

function turn(visibility: "visible" | "hidden"): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
  document.dispatchEvent(new Event("visibilitychange"));
}

test("a network that goes takes the connection along, one that comes is used at once", () => {
  window.dispatchEvent(new Event("offline"));
  expect(w.connection.renew).toHaveBeenCalledWith("offline");
  window.dispatchEvent(new Event("online"));
  expect(w.connection.hurry).toHaveBeenCalledTimes(1);
});

test("a page that is hidden or left stores what was typed", () => {
  turn("hidden");
  expect(w.boxes.flush).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new Event("pagehide"));
  expect(w.boxes.flush).toHaveBeenCalledTimes(2);
  expect(w.connection.hurry).not.toHaveBeenCalled();
});

test("a page that is seen again shows what is true now", () => {
  turn("visible");
  expect(w.connection.hurry).toHaveBeenCalledTimes(1);
  expect(w.feed.flush).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new Event("pageshow"));
  expect(w.connection.hurry).toHaveBeenCalledTimes(2);
});

test("what another tab stored is followed", () => {
  window.dispatchEvent(new StorageEvent("storage", { key: "parley.outbox.anna.1" }));
  expect(w.followed).toHaveBeenCalledExactlyOnceWith("parley.outbox.anna.1");
});

test("a file that is dropped beside the chat does not take the place of the page", () => {
  const drop = new Event("drop", { cancelable: true });
  Object.assign(drop, { dataTransfer: { types: ["Files"], dropEffect: "copy" } });
  window.dispatchEvent(drop);
  expect(drop.defaultPrevented).toBe(true);
  const text = new Event("drop", { cancelable: true });
  Object.assign(text, { dataTransfer: { types: ["text/plain"] } });
  window.dispatchEvent(text);
  expect(text.defaultPrevented).toBe(false);
});

test("a sign-out is told to the other tabs once, the end of a session is not", () => {
  const store = createStore<Session>(() => ({ is: "unknown" }));
  const leave = () => store.setState({ is: "out", was: null }, true);
  const tab = { sessions: { store }, signedOutElsewhere: vi.fn(leave) };
  const line: Pick<BroadcastChannel, "postMessage" | "onmessage"> = { postMessage: vi.fn(), onmessage: null };
  const hear = (operator: string) =>
    line.onmessage?.call(line as BroadcastChannel, new MessageEvent("message", { data: operator }));
  leaveTogether(tab as unknown as Workspace, line);
  const operator = { id: "anna", name: "Anna", roles: [], permissions: [], language: "" };

  store.setState({ is: "in", operator } as unknown as Session, true);
  store.setState({ is: "out", was: operator } as unknown as Session, true);
  expect(line.postMessage).not.toHaveBeenCalled();

  store.setState({ is: "in", operator } as unknown as Session, true);
  hear("anna");
  expect(tab.signedOutElsewhere).toHaveBeenCalledWith("anna");
  expect(line.postMessage).not.toHaveBeenCalled();

  store.setState({ is: "in", operator } as unknown as Session, true);
  leave();
  expect(line.postMessage).toHaveBeenCalledExactlyOnceWith("anna");
});
