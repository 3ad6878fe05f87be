import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { full, message, signedIn, working } from "./workspace.fake";

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

const chats = [{ chat: full("a", { draft: "" }), messages: [message("a", 1)] }];

async function typing() {
  const s = await working();
  s.greets("anna", { chats });
  s.w.chats.open("a");
  s.w.boxes.edit("a", "secret");
  return s;
}

test("a text on its way is shown once, whether its push or its reply comes first", async () => {
  for (const replyFirst of [true, false]) {
    const { w, line, pushes, asked, settle } = await typing();
    w.chats.send("a");
    const request = asked("chat.send");
    const sent = message("a", 2, { direction: "out", state: "queued", client_id: String(request?.client_id) });
    const shown = () => [w.view.chats.get("a")?.messages.length, w.outbox.of("a").length];
    expect(shown()).toEqual([1, 1]);
    if (replyFirst) line().accepts(request?.id, { message: sent });
    else pushes("chat.message", { chat: "a", message: sent });
    await settle();
    expect(shown()).toEqual([2, 0]);
    if (replyFirst) pushes("chat.message", { chat: "a", message: sent });
    else line().accepts(request?.id, { message: sent });
    await settle();
    expect(shown()).toEqual([2, 0]);
  }
});

test("a message sent without a connection goes with the next one, and its text does not come back", async () => {
  const { w, line, asked, greets, settle } = await typing();
  await settle(1_000);
  line().accepts(asked("chat.draft")?.id);
  line().ends(1006);
  w.chats.send("a");
  await settle(5_000);
  expect(w.boxes.of("a").draft.text).toBe("");
  greets("anna", { chats: [{ chat: full("a", { draft: "secret" }), messages: [message("a", 1)] }] });
  await settle(5_000);
  expect(w.boxes.of("a").draft.text).toBe("");
  expect(line().sent.filter((r) => r.type === "chat.send")).toMatchObject([{ text: "secret" }]);
});

test("a text typed behind a message that is sent twice stays when the first takes its draft along", async () => {
  const { w, line, asked, pushes, settle } = await typing();
  w.chats.send("a");
  w.boxes.edit("a", "next");
  await settle(3_000);
  line().accepts(asked("chat.draft")?.id);
  await settle(3_000);
  pushes("chat.updated", { chat: full("a", { draft: "next" }) });
  pushes("chat.updated", { chat: full("a", { draft: "" }) }); // the commit of the message
  await settle(1_000);
  expect(w.boxes.of("a").draft.text).toBe("next");
  expect(asked("chat.draft")).toMatchObject({ text: "next" });
});

test("a session that ends leaves the page, and signing in again goes on where it stopped", async () => {
  const { w, line, sockets, settle } = await typing();
  line().ends(4401);
  expect(w.sessions.store.getState()).toMatchObject({ is: "out", was: { id: "anna" } });
  expect(w.local.getState().standing.is).toBe("ended");
  expect(w.view.chats.size).toBe(1);
  await w.signIn("anna", "x");
  await settle();
  expect(sockets.length).toBe(2);
  line().resumes("anna", 0);
  expect(w.boxes.of("a").draft.text).toBe("secret");
  expect(w.local.getState()).toMatchObject({ open: "a", standing: { is: "open" } });
});

test("somebody else who signs in sees nothing of the former, not even for a moment", async () => {
  const { w, line } = await typing();
  line().ends(4401);
  signedIn("boris");
  await w.signIn("boris", "x");
  expect([w.view.me, w.view.chats.size, w.local.getState().open]).toEqual([null, 0, null]);
  expect(w.notices.store.getState()).toEqual([]);
  expect(line().address).toBe("ws://here");
});

test("a cookie that another tab exchanged hands the page over with the next snapshot", async () => {
  const { w, storage, line, greets, asked, settle } = await typing();
  line().ends(1006);
  w.chats.send("a");
  signedIn("boris");
  await settle(300);
  greets("boris");
  await settle();
  expect(w.view.me?.id).toBe("boris");
  expect(w.sessions.store.getState()).toMatchObject({ is: "in", operator: { id: "boris" } });
  expect(w.local.getState().open).toBeNull();
  expect(w.notices.store.getState()).toEqual([]);
  await settle(10_000);
  expect(asked("chat.send")).toBeUndefined();
  expect(storage.length).toBe(1); // anna's message waits for her
});

test("a sign-out empties the page and stores what was typed", async () => {
  const { w, sockets, settle } = await typing();
  await w.signOut();
  await settle();
  expect(sockets[0]?.sent).toMatchObject([{ type: "chat.draft", text: "secret" }]);
  expect(sockets[0]?.closed).toBe(true);
  expect([w.view.me, w.view.chats.size, w.local.getState().open]).toEqual([null, 0, null]);
  expect(w.sessions.store.getState()).toEqual({ is: "out", was: null });
  await settle(60_000);
  expect(sockets.length).toBe(1);
});

test("a frame that cannot be understood brings a snapshot, and is not asked for in a storm", async () => {
  const { w, line, sockets, settle } = await typing();
  line().says({ seq: 1, type: "chat.offered", data: {} });
  w.feed.flush();
  await settle(300);
  expect(sockets.length).toBe(2);
  expect(line().address).toBe("ws://here");
  for (let i = 0; i < 4; i++) {
    line().says({ type: "hello", epoch: "e", seq: 0, resumed: false, snapshot: {} });
    await settle(1_000);
  }
  expect(sockets.length).toBeLessThan(7);
});

test("a message that was refused while the chat went elsewhere is told of after a reload", async () => {
  const { w, storage, line, asked, settle } = await typing();
  w.chats.send("a");
  line().refuses(asked("chat.send")?.id, { code: "window_closed", message: "" });
  await settle();
  w.connection.stop();
  const second = await working(storage);
  second.greets("anna", { chats: [] });
  await settle();
  expect(second.asked("chat.send")).toBeUndefined();
  expect(second.w.notices.store.getState()).toMatchObject([{ tone: "bad" }]);
  expect(second.w.outbox.store.getState().size).toBe(0);
});
