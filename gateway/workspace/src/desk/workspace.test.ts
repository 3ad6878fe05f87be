import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStorage } from "./storage.fake";
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

/** A page that is loaded now. */
async function loaded(storage: FakeStorage, tab = new FakeStorage(), found = chats) {
  const s = await working(storage, tab);
  s.greets("anna", { chats: found });
  await s.settle();
  return s;
}

const file = { id: "f", name: "a.txt", mime: "text/plain", size: 1, kind: "file" } as const;

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
  expect(second.w.leftOvers.store.getState()).toMatchObject([{ chat: "a", why: "refused", name: "a", text: "secret" }]);
  expect(second.w.outbox.store.getState().size).toBe(0);
});

test("a sign-out in another tab empties the page as one here does", async () => {
  const { w, sockets, settle } = await typing();
  w.signedOutElsewhere("boris");
  expect(w.view.me?.id).toBe("anna");
  w.signedOutElsewhere("anna");
  await settle();
  expect(sockets[0]?.sent).toMatchObject([{ type: "chat.draft", text: "secret" }]);
  expect([w.view.me, w.view.chats.size, w.local.getState().open]).toEqual([null, 0, null]);
  expect(w.sessions.store.getState()).toEqual({ is: "out", was: null });
  await settle(60_000);
  expect(sockets.length).toBe(1);
});

test("a sign-out in another tab is heard behind the end of the session, too", async () => {
  const { w, line } = await typing();
  line().ends(4401);
  expect(w.view.chats.size).toBe(1);
  w.signedOutElsewhere("anna");
  expect(w.view.chats.size).toBe(0);
  expect(w.sessions.store.getState()).toEqual({ is: "out", was: null });
});

test("five chats that end in one outage give back five texts, each with its customer", async () => {
  const { w, line, greets, settle } = await working();
  const ids = ["a", "b", "c", "d", "e"];
  greets("anna", { chats: ids.map((id) => ({ chat: full(id), messages: [message(id, 1)] })) });
  for (const id of ids) w.boxes.edit(id, `for ${id}`);
  line().ends(1006);
  await settle(300);
  greets("anna", { chats: [] });
  expect(w.leftOvers.store.getState()).toMatchObject(ids.map((id) => ({ why: "ended", name: id, text: `for ${id}` })));
});

test("two refused messages of a chat that has ended are both given back, files by their names", async () => {
  const { w, line, pushes, asked, settle } = await typing();
  w.chats.send("a");
  line().refuses(asked("chat.send")?.id, { code: "window_closed", message: "" });
  await settle();
  w.outbox.send({ clientId: "k2", chat: "a", text: "", files: [file], replyTo: null, at: 1, refused: null });
  line().refuses(asked("chat.send")?.id, { code: "window_closed", message: "" });
  await settle();
  pushes("chat.completed", { chat: "a", reason: "administrator", child: null });
  for (const p of [...w.outbox.of("a")]) w.chats.takeBack("a", p.clientId);
  expect(w.leftOvers.store.getState()).toMatchObject([
    { why: "refused", text: "secret", files: [] },
    { why: "refused", text: "", files: ["a.txt"] },
  ]);
});

test.each([
  ["administrator", "secret", "secret"],
  ["administrator", "", ""],
  ["operator", "", ""], // in another tab, which never saw this file
] as const)("a file in the box of a chat that ends (%s) is named, beside the text %j", async (reason, typed, text) => {
  const { w, pushes } = await typing();
  w.boxes.edit("a", typed);
  w.boxes.attach("a", [w.uploads.restore(file)]);
  pushes("chat.completed", { chat: "a", reason, child: null });
  expect(w.leftOvers.store.getState()).toMatchObject([{ why: "ended", name: "a", text, files: ["a.txt"] }]);
});

test("a text that was sent from another device while this page was closed does not come back", async () => {
  const { w, storage, line } = await typing();
  w.boxes.flush();
  line().ends(1006);
  w.connection.stop();
  for (const [sent, text, offered] of [
    ["secret", "", []],
    ["another", "", [{ why: "elsewhere", text: "secret" }]],
  ] as const) {
    const copy = new FakeStorage();
    for (let i = 0; i < storage.length; i++) {
      const key = storage.key(i) ?? "";
      copy.setItem(key, storage.getItem(key) ?? "");
    }
    const next = await working(copy);
    const author = { kind: "operator", id: "anna", name: "Anna" } as const;
    const reply = message("a", 2, { direction: "out", author, text: sent });
    next.greets("anna", { chats: [{ chat: full("a"), messages: [message("a", 1), reply] }] });
    await next.settle(10_000);
    expect(next.w.boxes.of("a").draft.text).toBe(text);
    expect(next.asked("chat.draft")).toBeUndefined();
    expect(next.w.leftOvers.store.getState()).toMatchObject(offered);
    next.w.connection.stop();
  }
});

test("what was typed behind a message that is still on its way stands after a reload", async () => {
  const { w, storage, asked } = await typing();
  w.chats.send("a");
  const clientId = String(asked("chat.send")?.client_id);
  w.boxes.edit("a", "and more");
  w.connection.stop();
  const next = await working(storage);
  const author = { kind: "operator", id: "anna", name: "Anna" } as const;
  const reply = message("a", 2, { direction: "out", author, text: "secret", client_id: clientId });
  next.greets("anna", { chats: [{ chat: full("a"), messages: [message("a", 1), reply] }] });
  await next.settle();
  expect(next.w.boxes.of("a").draft.text).toBe("and more");
});

test("what was typed for a chat that went while the page was closed is given back", async () => {
  const { w, storage, line } = await typing();
  line().ends(1006);
  w.connection.stop();
  const next = await working(storage);
  next.greets("anna", { chats: [] });
  expect(next.w.leftOvers.store.getState()).toMatchObject([{ why: "ended", name: "a", text: "secret" }]);
});

test("what one tab dismissed is gone in the other", async () => {
  const { w, storage, pushes } = await typing();
  pushes("chat.completed", { chat: "a", reason: "administrator", child: null });
  const [left] = w.leftOvers.store.getState();
  const key = `parley.left.anna.${left?.id}`;
  expect(storage.getItem(key)).toContain("secret");
  storage.removeItem(key);
  w.followed(key);
  expect(w.leftOvers.store.getState()).toEqual([]);
});

test("files of whoever was here do not go on to the server under somebody else", async () => {
  const { w } = await typing();
  const dropped = vi.spyOn(w.uploads, "drop");
  const attached = w.uploads.restore(file);
  w.boxes.attach("a", [attached]);
  await w.signOut();
  expect(dropped).toHaveBeenCalledExactlyOnceWith(attached);
});

test("loaded again a tab has its files and the message it answers; another tab has neither", async () => {
  const { w, storage, tab } = await typing();
  w.boxes.attach("a", [w.uploads.restore(file)]);
  w.boxes.answer("a", "m");
  const left = { draft: { text: "secret" }, files: [{ uploaded: file }], replyTo: "m" };
  const again = await loaded(storage, tab);
  expect(again.w.boxes.of("a")).toMatchObject(left);
  again.greets("anna", { chats });
  expect(again.w.boxes.of("a").files, "a second snapshot adds nothing").toHaveLength(1);
  expect((await loaded(storage)).w.boxes.of("a")).toMatchObject({ ...left, files: [], replyTo: null });

  again.w.chats.send("a");
  expect((await loaded(storage, tab)).w.boxes.of("a")).toMatchObject({ files: [], replyTo: null });
});

test("a file goes to the customer once, also where the browser has made two tabs of one, or brought back an old one", async () => {
  const first = await typing();
  first.w.boxes.attach("a", [first.w.uploads.restore(file)]);
  const copy = new FakeStorage();
  for (let i = 0; i < first.tab.length; i++) {
    const key = first.tab.key(i) ?? "";
    copy.setItem(key, first.tab.getItem(key) ?? "");
  }
  const duplicate = await loaded(first.storage, copy);
  expect(duplicate.w.boxes.of("a").files).toHaveLength(1);
  const attachment = { ...file, state: "stored", lat: null, lon: null, card: null } as const;
  const sent = message("a", 2, { direction: "out", attachments: [attachment] });
  duplicate.pushes("chat.message", { chat: "a", message: sent });
  expect(duplicate.w.boxes.of("a").files).toEqual([]);

  const key = "parley.tray.anna.a";
  copy.setItem(key, first.tab.getItem(key) ?? "");
  const said = [{ chat: full("a"), messages: [message("a", 1), sent] }];
  expect((await loaded(first.storage, copy, said)).w.boxes.of("a").files).toEqual([]);
});

test("a message that was refused and taken back has its files over a reload", async () => {
  const { w, storage, tab, line, asked, settle } = await typing();
  w.boxes.attach("a", [w.uploads.restore(file)]);
  w.chats.send("a");
  const request = asked("chat.send");
  line().refuses(request?.id, { code: "window_closed", message: "" });
  await settle();
  w.chats.takeBack("a", String(request?.client_id));
  expect(w.boxes.of("a").files).toMatchObject([{ uploaded: file }]);
  expect((await loaded(storage, tab)).w.boxes.of("a").files).toMatchObject([{ uploaded: file }]);
});

test("signed out and in again an operator has his files; whoever signs in meanwhile has none of them", async () => {
  const { w, storage, tab } = await typing();
  w.boxes.attach("a", [w.uploads.restore(file)]);
  await w.signOut();
  expect(w.boxes.of("a").files).toEqual([]);
  signedIn("boris");
  await w.signIn("boris", "");
  expect(w.boxes.of("a").files).toEqual([]);
  expect((await loaded(storage, tab)).w.boxes.of("a").files).toHaveLength(1);
});

test("what is given up by finishing the chat is not offered again, in no tab; what no other tab knew of is", async () => {
  const completed = { chat: "a", reason: "operator", child: null } as const;
  const here = await typing();
  void here.w.chats.finish("a");
  here.pushes("chat.completed", completed);
  expect(here.w.leftOvers.store.getState()).toEqual([]);
  const elsewhere = await working();
  elsewhere.greets("anna", { chats: [{ chat: full("a", { draft: "secret" }), messages: [] }] });
  elsewhere.pushes("chat.completed", completed);
  expect(elsewhere.w.leftOvers.store.getState()).toEqual([]);
  const apart = await typing();
  apart.pushes("chat.completed", completed);
  expect(apart.w.leftOvers.store.getState()).toMatchObject([{ text: "secret" }]);
});
