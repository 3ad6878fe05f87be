import { describe, expect, test } from "vitest";
import { type Box, emptyBox } from "../desk/boxes";
import type { AttachedFile } from "../desk/files";
import type { ChannelInfo } from "../protocol/rest";
import { hindrance, unitsLeft } from "./sendable";

const megabyte = 1024 * 1024;
const limits: ChannelInfo["limits"] = {
  text: 20,
  caption: 10,
  attachments: 2,
  files: [
    { kind: "image", max_size: 5 * megabyte, mimes: ["image/jpeg", "image/png"], caption: true },
    { kind: "file", max_size: 10 * megabyte, mimes: ["application/*", "image/webp"], caption: true },
  ],
};

let next = 1;
function file(part: Partial<AttachedFile> = {}): AttachedFile {
  const f = {
    key: next++,
    name: "a.png",
    mime: "image/png",
    size: 10,
    preview: null,
    progress: 1,
    problem: null,
    ...part,
  };
  const { name, mime, size } = f;
  return { uploaded: { id: String(f.key), name, mime, size, kind: "image" }, ...f };
}

function box(text: string, ...files: AttachedFile[]): Box {
  return { ...emptyBox, draft: { ...emptyBox.draft, text }, files };
}

const is = (b: Box) => hindrance(b, limits)?.is ?? null;

describe("what keeps a reply from being sent", () => {
  test("nothing", () => {
    expect(is(box("Hello"))).toBeNull();
    expect(is(box("", file()))).toBeNull();
    expect(is(box("Hello", file(), file()))).toBeNull();
  });

  test("neither text nor file", () => {
    expect(is(box(" \n "))).toBe("empty");
  });

  test("a macro that nobody has filled in, and it is named", () => {
    expect(hindrance(box("{{ chat.id }}?"), limits)).toEqual({ is: "unfilled", macro: "{{ chat.id }}" });
    expect(is(box("{{order}}?"))).toBeNull();
  });

  test("a text longer than the channel takes, by UTF-16 units, without the spaces around it", () => {
    expect(is(box("x".repeat(20)))).toBeNull();
    expect(is(box(`  ${"x".repeat(20)}\n`))).toBeNull();
    expect(hindrance(box("x".repeat(23)), limits)).toEqual({ is: "too_long", by: 3, most: 20 });
    expect(hindrance(box("😀".repeat(11)), limits)).toEqual({ is: "too_long", by: 2, most: 20 });
  });

  test("more files than a message takes", () => {
    expect(hindrance(box("", file(), file(), file()), limits)).toEqual({ is: "too_many", most: 2 });
  });

  test("a file that is still on its way to the server", () => {
    expect(is(box("Hello", file({ uploaded: null, progress: 0.4 })))).toBe("uploading");
  });

  test("a file that the channel does not take, or whose upload failed", () => {
    expect(is(box("Hello", file({ uploaded: null, problem: "network" })))).toBe("bad_file");
    expect(is(box("Hello", file({ mime: "video/mp4", uploaded: null })))).toBe("bad_file");
    expect(is(box("Hello", file({ size: 6 * megabyte, uploaded: null })))).toBe("bad_file");
  });

  test("what the server found in a file counts, not what the browser thought of it", () => {
    const found = { id: "1", name: "a.png", mime: "image/webp", size: 10, kind: "image" } as const;
    expect(is(box("", file({ uploaded: found })))).toBeNull(); // as a plain file
    expect(is(box("", file({ uploaded: { ...found, mime: "video/mp4", kind: "video" } })))).toBe("bad_file");
  });

  test("without known limits the server has the word", () => {
    expect(hindrance(box("x".repeat(5000), file({ mime: "video/mp4" })), undefined)).toBeNull();
  });

  test("what no frame to the server holds is too long for every channel", () => {
    const tooLong = { is: "too_long", by: 1, most: 10_000 };
    expect(hindrance(box("x".repeat(10_001)), undefined)).toEqual(tooLong);
    expect(hindrance(box("x".repeat(10_001)), { ...limits, text: 100_000 })).toEqual(tooLong);
    expect(hindrance(box("x".repeat(10_000)), undefined)).toBeNull();
  });
});

test("what is left of the text is told in its last tenth", () => {
  expect(unitsLeft("x".repeat(17), limits)).toBeNull();
  expect(unitsLeft("x".repeat(18), limits)).toBe(2);
  expect(unitsLeft("x".repeat(21), limits)).toBe(-1);
  expect(unitsLeft("x".repeat(21), undefined)).toBeNull();
  expect(unitsLeft("x".repeat(10_002), undefined)).toBe(-2);
});
