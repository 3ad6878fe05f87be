import { expect, test } from "vitest";
import { sampleMessage } from "../protocol/frames.model";
import { type Box, emptyBox } from "./boxes";
import { type AttachedFile, Uploads } from "./files";
import type { Pending } from "./pending";
import { FakeStorage } from "./storage.fake";
import { Trays, takenAlong } from "./trays";

const uploads = new Uploads();
const uploaded = (id: string): AttachedFile =>
  uploads.restore({ id, name: `${id}.txt`, mime: "text/plain", size: 1, kind: "file" });
const onItsWay: AttachedFile = { ...uploaded("way"), uploaded: null, progress: 0.5 };

function kept() {
  const storage = new FakeStorage();
  const trays = new Trays(storage);
  trays.belongTo("anna");
  let boxes: ReadonlyMap<string, Box> = new Map();
  const become = (chat: string, part: Partial<Box>) => {
    const now = new Map(boxes).set(chat, { ...(boxes.get(chat) ?? emptyBox), ...part });
    trays.follow(now, boxes);
    boxes = now;
  };
  const close = (chat: string) => {
    const now = new Map(boxes);
    now.delete(chat);
    trays.follow(now, boxes);
    boxes = now;
  };
  return { storage, trays, become, close };
}

test("uploaded files and the message that is answered are there for the next page, in their order", () => {
  const { trays, become } = kept();
  become("c.1", { files: [uploaded("b"), uploaded("a")], replyTo: "m" });
  const tray = trays.get("c.1");
  expect(tray?.files.map((f) => f.id)).toEqual(["b", "a"]);
  expect(tray?.replyTo).toBe("m");
  expect(trays.get("c.2")).toBeNull();
});

test("what was not uploaded yet is not passed over in silence; what no channel takes is", () => {
  const { trays, become } = kept();
  become("c.1", { files: [onItsWay, { ...onItsWay, problem: "network" }, { ...onItsWay, problem: "too_big" }] });
  const files = trays.get("c.1")?.files ?? [];
  expect(files.map((f) => f.id)).toEqual([null, null]);
  expect(files.map((f) => uploads.restore(f).problem)).toEqual(["lost", "lost"]);
});

test("what was sent, taken out, or belonged to a chat that is over, is kept no longer", () => {
  const { storage, trays, become, close } = kept();
  become("c.1", { files: [uploaded("a")], replyTo: "m" });
  become("c.1", { files: [], replyTo: null });
  become("c.2", { files: [uploaded("a")] });
  close("c.2");
  expect(storage.length).toBe(0);
  become("c.3", { replyTo: "m" });
  become("c.4", { replyTo: "m" });
  trays.sweep((chat) => chat === "c.4");
  expect([trays.get("c.3"), trays.get("c.4")?.replyTo]).toEqual([null, "m"]);
});

test("it is the operator's alone, and is there again when he is", () => {
  const { trays, become } = kept();
  become("c.1", { files: [uploaded("a")] });
  trays.belongTo("");
  trays.follow(new Map(), new Map([["c.1", emptyBox]]));
  trays.belongTo("boris");
  expect(trays.get("c.1")).toBeNull();
  trays.sweep(() => false);
  trays.belongTo("anna");
  expect(trays.get("c.1")?.files).toHaveLength(1);
});

test("an operator whose login begins with another one's, and a point, keeps what is his", () => {
  const { trays, become } = kept();
  trays.belongTo("anna.orlova");
  become("k.1", { replyTo: "m" });
  trays.belongTo("anna");
  trays.sweep(() => false);
  trays.belongTo("anna.orlova");
  expect(trays.get("k.1")?.replyTo).toBe("m");
});

test("the server's word on what a file is stands also for the next page", () => {
  const { trays, become } = kept();
  const odd = uploads.restore({ id: "a", name: "a.png", mime: "image/png", size: 1, kind: "file" });
  become("c.1", { files: [odd] });
  expect(trays.get("c.1")?.files.map((f) => uploads.restore(f).uploaded?.kind)).toEqual(["file"]);
});

test("a message takes its files along, on its way or there already; the customer's own take none, nor what is not uploaded", () => {
  const files = [uploaded("a"), uploaded("b"), onItsWay];
  const sent = { id: "b", name: "b.txt", mime: "text/plain", size: 1, kind: "file" } as const;
  const attachment = {
    id: "a",
    kind: "file",
    name: "",
    mime: "",
    size: 1,
    state: "stored",
    lat: null,
    lon: null,
    card: null,
  } as const;
  const said = (direction: "in" | "out") => [sampleMessage("m", { direction, attachments: [attachment] })];
  const pending: Pending = { clientId: "k", chat: "c.1", text: "", files: [], replyTo: null, at: 1, refused: null };
  expect(takenAlong(files, said("out"), [])).toEqual([files[0]]);
  expect(takenAlong(files, said("in"), [])).toEqual([]);
  expect(takenAlong(files, [], [{ ...pending, files: [sent] }])).toEqual([files[1]]);
});

test("a full storage, or one with something else in it, is no harm", () => {
  const { storage, trays, become } = kept();
  storage.full = true;
  become("c.1", { files: [uploaded("a")] });
  expect(trays.get("c.1")).toBeNull();
  storage.full = false;
  become("c.1", { files: [uploaded("a")] });
  storage.full = true;
  become("c.1", { files: [uploaded("b")] });
  expect(trays.get("c.1"), "what was taken out does not come back").toBeNull();
  storage.full = false;
  const files = [null, 7, {}, { id: 7 }, { id: "a", name: "n" }];
  const odd = [null, [], 7, {}, { files }, { chat: "c.1", files: 7 }, { chat: "c.1", files }].map((t) =>
    JSON.stringify(t),
  );
  for (const text of ["", "{", ...odd]) {
    storage.setItem("parley.tray.anna.c.1", text);
    expect(trays.get("c.1")?.files ?? []).toEqual([]);
  }
});
