import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { full, message, messages, row, working } from "./workspace.fake";

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

async function offered() {
  const s = await working();
  s.greets("anna", { offers: [row("a"), row("b")] });
  return s;
}

test("an accepted chat opens, whether its reply or its push comes first", async () => {
  for (const replyFirst of [true, false]) {
    const { w, line, pushes, asked, settle } = await offered();
    void w.chats.accept("a");
    const assigned = () => pushes("chat.assigned", { chat: full("a"), messages: [], why: "accepted" });
    if (!replyFirst) assigned();
    line().accepts(asked("chat.accept")?.id);
    await settle();
    if (replyFirst) assigned();
    expect(w.local.getState().open).toBe("a");
  }
});

test("a chat that somebody else opened meanwhile stays open", async () => {
  const { w, line, pushes, asked, settle } = await offered();
  pushes("chat.assigned", { chat: full("b"), messages: [], why: "accepted" });
  void w.chats.accept("a");
  w.chats.open("b");
  line().accepts(asked("chat.accept")?.id);
  await settle();
  pushes("chat.assigned", { chat: full("a"), messages: [], why: "accepted" });
  expect(w.local.getState().open).toBe("b");
});

test("an accepted chat does not open under the hands of somebody who went on typing, and a press opens it", async () => {
  const { w, line, pushes, asked, settle } = await offered();
  pushes("chat.assigned", { chat: full("b"), messages: [], why: "accepted" });
  w.chats.open("b");
  w.boxes.edit("b", "Your refund");
  void w.chats.accept("a");
  w.boxes.edit("b", "Your refund is");
  line().accepts(asked("chat.accept")?.id);
  await settle();
  pushes("chat.assigned", { chat: full("a"), messages: [], why: "accepted" });
  expect(w.local.getState().open).toBe("b");
  const [notice] = w.notices.store.getState();
  expect(notice).toMatchObject({ word: "lists.acceptedMeanwhile" });
  notice?.action?.run();
  expect(w.local.getState().open).toBe("a");
  expect(w.notices.store.getState()).toEqual([]);
});

test("a transferred chat opens nothing by itself", async () => {
  const { w, pushes } = await offered();
  pushes("chat.assigned", { chat: full("c"), messages: [], why: "transferred" });
  expect(w.local.getState().open).toBeNull();
});

test("a chat that another took is told of, and does not open when it comes by transfer later", async () => {
  const { w, line, pushes, asked, settle } = await offered();
  void w.chats.accept("a");
  line().refuses(asked("chat.accept")?.id, { code: "taken", message: "", by: { id: "boris", name: "Boris" } });
  await settle();
  expect(w.notices.store.getState()).toMatchObject([{ word: "refused.taken", values: { by: "Boris" } }]);
  pushes("chat.assigned", { chat: full("a"), messages: [], why: "transferred" });
  expect(w.local.getState().open).toBeNull();
});

test("an accept whose outcome nobody knew does not open the chat hours later", async () => {
  const { w, line, pushes, greets, settle } = await offered();
  void w.chats.accept("a");
  line().ends(1006);
  await settle(300);
  greets("anna", { offers: [row("b")] });
  pushes("chat.assigned", { chat: full("a"), messages: [], why: "transferred" });
  expect(w.local.getState().open).toBeNull();
});

test("an offer that is pressed twice is accepted once", async () => {
  const { w, line } = await offered();
  void w.chats.accept("a");
  void w.chats.accept("a");
  expect(line().sent.filter((r) => r.type === "chat.accept").length).toBe(1);
});

async function reading() {
  const s = await working();
  s.greets("anna", { chats: [{ chat: full("a", { unread: 2, last_position: 2 }), messages: messages("a", 1, 2) }] });
  const reads = () => s.line().sent.filter((r) => r.type === "chat.read");
  return { ...s, reads };
}

test("what was seen is told once, and counts at once", async () => {
  const { w, reads } = await reading();
  expect(w.unread("a")).toBe(2);
  void w.chats.read("a");
  void w.chats.read("a");
  expect(reads()).toMatchObject([{ chat: "a", position: 2 }]);
  expect(w.unread("a")).toBe(0);
});

test("a message that comes before the server has heard of it counts alone", async () => {
  const { w, pushes, reads } = await reading();
  void w.chats.read("a");
  pushes("chat.message", { chat: "a", message: message("a", 3) });
  expect(w.unread("a")).toBe(1);
  void w.chats.read("a");
  expect(reads().length).toBe(2);
});

test("one's own reply to a read chat is nothing to be read", async () => {
  const { w, pushes, reads, line } = await reading();
  void w.chats.read("a");
  line().accepts(reads()[0]?.id);
  pushes("chat.updated", { chat: full("a", { unread: 0, last_position: 2 }) });
  pushes("chat.message", { chat: "a", message: message("a", 3, { direction: "out", state: "queued" }) });
  void w.chats.read("a");
  expect(reads().length).toBe(1);
});

test("a mark that was lost with the connection is told again when it is back, without a look", async () => {
  const { w, line, reads, settle } = await reading();
  void w.chats.read("a");
  line().ends(1006);
  await settle(300);
  line().resumes("anna", 0);
  expect(reads()).toMatchObject([{ chat: "a", position: 2 }]);
  expect(w.unread("a")).toBe(0);
  line().accepts(reads()[0]?.id);
  await settle();
  line().ends(1006);
  await settle(6_000);
  line().resumes("anna", 0);
  expect(reads()).toEqual([]);
});

test("a mark that the server refused is told again at the next look", async () => {
  const { w, line, reads, settle } = await reading();
  void w.chats.read("a");
  line().refuses(reads()[0]?.id, { code: "busy", message: "" });
  await settle();
  expect(w.unread("a")).toBe(2);
  void w.chats.read("a");
  expect(reads().length).toBe(2);
});

async function long() {
  const s = await working();
  s.greets("anna", { chats: [{ chat: full("a"), messages: messages("a", 101, 150) }] });
  const positions = () => s.w.view.chats.get("a")?.messages.map((m) => m.position) ?? [];
  const page = async (from: number, to: number, more: boolean) => {
    s.line().accepts(s.asked("chat.history")?.id, { messages: messages("a", from, to), more });
    await s.settle();
  };
  return { ...s, positions, page };
}

const atOnce = () => Promise.resolve();

test("history is read page by page to its beginning, one page at a time", async () => {
  const { w, line, asked, positions, page } = await long();
  void w.chats.older("a", atOnce);
  void w.chats.older("a", atOnce);
  expect(line().sent.length).toBe(1);
  expect(asked("chat.history")).toMatchObject({ before: "a.101", limit: 50 });
  await page(51, 100, true);
  void w.chats.older("a", atOnce);
  await page(1, 50, false);
  expect(positions()).toEqual(messages("a", 1, 150).map((m) => m.position));
  void w.chats.older("a", atOnce);
  expect(line().sent.length).toBe(2);
});

test("a page that waits for its moment is not put beside a snapshot that is newer", async () => {
  const { w, line, greets, positions, page, settle } = await long();
  let come = () => {};
  void w.chats.older("a", () => new Promise((resolve) => (come = resolve)));
  await page(51, 100, true);
  expect(positions()).toHaveLength(50);
  line().ends(1006);
  await settle(300);
  greets("anna", { chats: [{ chat: full("a"), messages: messages("a", 101, 150) }] });
  come();
  await settle();
  expect(positions()).toEqual(messages("a", 101, 150).map((m) => m.position));
  void w.chats.older("a", atOnce);
  await page(51, 100, true);
  expect(positions()).toHaveLength(100);
});

test("after a snapshot what was read is read again, and a busy server is asked later", async () => {
  const { w, line, greets, asked, page, settle } = await long();
  void w.chats.older("a", atOnce);
  await page(51, 100, false);
  line().ends(1006);
  await settle(300);
  greets("anna", { chats: [{ chat: full("a"), messages: messages("a", 102, 151) }] });
  expect(w.view.chats.get("a")?.stale).toBe("a.102");
  expect(asked("chat.history")).toMatchObject({ before: "a.102" });
  line().refuses(asked("chat.history")?.id, { code: "busy", message: "" });
  await settle(2_000);
  expect(line().sent.filter((r) => r.type === "chat.history").length).toBe(2);
  await page(52, 101, true);
  expect(asked("chat.history")).toMatchObject({ before: "a.52" });
  await page(51, 51, false);
  expect(w.view.chats.get("a")).toMatchObject({ stale: null, more: false });
});
