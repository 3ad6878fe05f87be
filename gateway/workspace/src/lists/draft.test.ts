import { expect, test } from "vitest";
import { emptyBox } from "../desk/boxes";
import type { AttachedFile } from "../desk/files";
import { draftOf } from "./draft";

const files = ["a.png", "b.pdf"].map((name) => ({ name }) as AttachedFile);
const box = (text: string, files: readonly AttachedFile[]) => ({
  ...emptyBox,
  draft: { ...emptyBox.draft, text },
  files,
});

test.each([
  [box(" \n", []), ""],
  [box(" Dear Maya ", files), "Dear Maya"],
  [box("", files), "a.png, b.pdf"],
])("case %#", (of, line) => {
  expect(draftOf(of)).toBe(line);
});
