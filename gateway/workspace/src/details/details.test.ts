import { describe, expect, it } from "vitest";
import type { Attachment, Full, Message } from "../protocol/frames.gen";
import { filesOf } from "./files";
import { initials } from "./initials";
import { noPages, withChats, withOlder } from "./pages";

describe("the initials of a name", () => {
  it("are those of the first and the last word", () => {
    expect(initials("Anna Maria Petrova")).toBe("AP");
    expect(initials("  анна ")).toBe("А");
    expect(initials("李小龍")).toBe("李");
  });

  it("pass over signs in front of words, and take them whole where there is nothing else", () => {
    expect(initials("✨ Anna ✨")).toBe("A");
    expect(initials("👨‍👩‍👧 🎉")).toBe("👨‍👩‍👧🎉");
    expect(initials("")).toBe("");
  });

  it("are not torn by heaps of accents", () => {
    expect(initials("Z̴̡̛a̷l̸g̵o")).toBe("Z");
    expect(initials("Élodie")).toBe("É");
  });
});

describe("the files of a chat", () => {
  const file = (id: string, more: Partial<Attachment> = {}): Attachment => ({
    id,
    kind: "file",
    name: `${id}.pdf`,
    mime: "application/pdf",
    size: 10,
    state: "stored",
    lat: null,
    lon: null,
    card: null,
    ...more,
  });
  const said = (attachments: Attachment[], deleted = false) =>
    ({ attachments, deleted, author: { kind: "customer", id: "c", name: "Ana" } }) as unknown as Message;
  const ids = (list: readonly { attachment: Attachment }[]) => list.map((f) => f.attachment.id);

  it("are the newest first, pictures and others apart, each once", () => {
    const photo = { kind: "image", mime: "image/jpeg" } as const;
    const { pictures, others } = filesOf([
      said([file("a", photo), file("b")]),
      said([file("c", photo), file("a", photo)]),
      said([file("d", { kind: "voice", mime: "audio/ogg" })]),
    ]);
    expect(ids(pictures)).toEqual(["c", "a"]);
    expect(ids(others)).toEqual(["d", "b"]);
  });

  it("are only those that are here and may be looked at as what they are", () => {
    const { pictures, others } = filesOf([
      said([
        file("coming", { state: "pending" }),
        file("place", { kind: "location" }),
        file("st", { kind: "sticker" }),
      ]),
      said([file("gone")], true),
      said([file("drawing", { kind: "image", mime: "image/svg+xml" })]),
    ]);
    expect(ids(pictures)).toEqual([]);
    expect(ids(others)).toEqual(["drawing"]);
  });
});

describe("pages", () => {
  const chat = (id: string) => ({ id }) as Full;
  const message = (id: string) => ({ id }) as Message;

  it("of earlier chats have none twice, and not the one that is open", () => {
    const first = withChats(noPages, [chat("4"), chat("3"), chat("2")], "from 2", "4");
    const second = withChats(first, [chat("2"), chat("1")], null, "4");
    expect(second.items.map((c) => c.id)).toEqual(["3", "2", "1"]);
    expect([first.next, second.next]).toEqual(["from 2", null]);
  });

  it("of messages stand above what is here, and go on before the oldest", () => {
    const first = withOlder(noPages, [message("c"), message("d")], true);
    const second = withOlder(first, [message("a"), message("b"), message("c")], false);
    expect(second.items.map((m) => m.id)).toEqual(["a", "b", "c", "d"]);
    expect([first.next, second.next]).toEqual(["c", null]);
  });
});
