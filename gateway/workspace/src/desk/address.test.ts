import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chatOf, followAddress, pathOf } from "./address";
import { full, working } from "./workspace.fake";

vi.mock("../protocol/rest", () => ({
  rest: { GET: vi.fn(), POST: vi.fn(), DELETE: vi.fn() },
  socketAddress: () => "ws://here",
}));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each(["c0nv.2", "a b/c", "ü%", "../x"])("the address of chat %s names it", (id) => {
  expect(chatOf(pathOf(id))).toBe(id);
});

test.each(["/", "/chat/", "/chats/x", "/chat/%E0%A4%A"])("%s names no chat", (path) => {
  expect(chatOf(path)).toBeNull();
});

/** A browser that stands at an address, and the steps of its history. */
function browserAt(path: string) {
  const location = { pathname: path };
  const steps: string[] = [];
  const step = (kind: string) => (_state: unknown, _title: string, to: string) => {
    steps.push(`${kind} ${to}`);
    location.pathname = to;
  };
  const history = { pushState: step("push"), replaceState: step("replace") };
  let back = () => {};
  const page = { location, history, addEventListener: (_: string, f: () => void) => (back = f) };
  return {
    steps,
    page: page as unknown as Window,
    goTo: (to: string) => {
      location.pathname = to;
      back();
    },
  };
}

const chats = [{ chat: full("a"), messages: [] }];

test("a reload finds the chat again", async () => {
  const { w, greets } = await working();
  const { page, steps } = browserAt("/chat/a");
  followAddress(w, page);
  greets("anna", { chats });
  expect(w.local.getState().open).toBe("a");
  expect(steps).toEqual([]);
  expect(w.notices.store.getState()).toEqual([]);
});

test("an address of a chat that is not here leads to the page without one, and the next chat is a step", async () => {
  const { w, greets } = await working();
  const { page, steps, goTo } = browserAt("/chat/gone");
  followAddress(w, page);
  expect(w.local.getState().open).toBe("gone"); // nobody knows yet
  greets("anna", { chats });
  expect(w.local.getState().open).toBeNull();
  expect(w.notices.store.getState()).toMatchObject([{ word: "shell.notHere" }]);
  w.chats.open("a");
  expect(steps).toEqual(["replace /", "push /chat/a"]);
  goTo("/chat/gone");
  expect(w.local.getState().open).toBeNull();
  expect(steps.at(-1)).toBe("replace /");
});

test("a chat that ends under its reader stays open", async () => {
  const { w, greets, pushes } = await working();
  followAddress(w, browserAt("/chat/a").page);
  greets("anna", { chats });
  pushes("chat.completed", { chat: "a", reason: "timeout", child: null });
  expect(w.local.getState().open).toBe("a");
});
