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
  const entries: { path: string; state: unknown }[] = [{ path, state: null }];
  let at = 0;
  const stand = () => {
    location.pathname = entries[at]?.path ?? "";
    history.state = entries[at]?.state;
  };
  const history = {
    state: null as unknown,
    pushState: (state: unknown, _title: string, to: string) => {
      steps.push(`push ${to}`);
      entries.splice(++at, entries.length, { path: to, state });
      stand();
    },
    replaceState: (state: unknown, _title: string, to: string) => {
      steps.push(`replace ${to}`);
      entries[at] = { path: to, state };
      stand();
    },
    back: () => {
      steps.push("back");
      setTimeout(goBack);
    },
  };
  let popped = () => {};
  /** A press of the browser's own Back. */
  const goBack = () => {
    at = Math.max(0, at - 1);
    stand();
    popped();
  };
  const page = { location, history, addEventListener: (_: string, f: () => void) => (popped = f) };
  return {
    steps,
    page: page as unknown as Window,
    goBack,
    depth: () => at,
    goTo: (to: string) => {
      entries[at] = { path: to, state: null };
      stand();
      popped();
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

/** A workspace with two chats on a page that stands at the lists. */
async function atLists() {
  const at = await working();
  const browser = browserAt("/");
  followAddress(at.w, browser.page);
  at.greets("anna", { chats: ["a", "b"].map((id) => ({ chat: full(id), messages: [] })) });
  return { ...at, ...browser };
}

test("going to the lists and into chats again and again leaves no dead steps", async () => {
  const { w, settle, page, depth } = await atLists();
  for (let i = 0; i < 5; i++) {
    w.chats.open("a");
    w.chats.open("b"); // no step of its own, and the lists are still the one before
    w.chats.open(null);
    await settle();
    expect([page.location.pathname, depth(), w.local.getState().open]).toEqual(["/", 0, null]);
  }
});

test("a chat that is opened before the browser has gone back is where one is", async () => {
  const { w, settle, page, depth } = await atLists();
  w.chats.open("a");
  w.chats.open(null);
  w.chats.open("b");
  await settle();
  expect([page.location.pathname, depth(), w.local.getState().open]).toEqual(["/chat/b", 1, "b"]);
});

test("a chat that was opened by its address is left without going back: that would leave the page", async () => {
  const { w, greets } = await working();
  const { page, steps } = browserAt("/chat/a");
  followAddress(w, page);
  greets("anna", { chats });
  w.chats.open(null);
  expect(steps).toEqual(["replace /"]);
});

test("the browser's Back takes a dialog about the chat along", async () => {
  const { w, goBack } = await atLists();
  w.chats.open("a");
  w.show({ is: "transfer", chat: "a" });
  goBack();
  expect([w.local.getState().open, w.local.getState().dialog]).toEqual([null, null]);
});
