// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { watchPage } from "./page";
import type { Workspace } from "./workspace";

const w = {
  connection: { renew: vi.fn(), hurry: vi.fn() },
  boxes: { flush: vi.fn() },
  feed: { flush: vi.fn() },
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
