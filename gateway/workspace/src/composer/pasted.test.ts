import { describe, expect, test } from "vitest";
import { pastedFiles, properName } from "./pasted";

const picture = { name: "image.png", type: "image/png" };
const report = { name: "Report 100%.pdf", type: "application/pdf" };

describe("what of a clipboard is meant", () => {
  test("a copied picture", () => {
    expect(pastedFiles([picture], "")).toEqual([picture]);
  });

  test("the text, where a program adds a picture of it", () => {
    expect(pastedFiles([picture], "A1\tB1\nA2\tB2")).toEqual([]);
  });

  test("the files, where a file manager adds their names or addresses", () => {
    expect(pastedFiles([report], "Report 100%.pdf")).toEqual([report]);
    expect(pastedFiles([picture, report], "/home/x/image.png\n/home/x/Report 100%.pdf")).toEqual([picture, report]);
    expect(pastedFiles([report], "file:///C:/x/Report%20100%25.pdf\r\n")).toEqual([report]);
  });

  test("only text", () => {
    expect(pastedFiles([], "Hello")).toEqual([]);
  });
});

describe("the name of a pasted file", () => {
  const now = new Date(2026, 2, 4, 5, 6, 7);
  test.each([
    ["image.png", "image/png", 1, "image-2026-03-04-050607.png"],
    ["image.jpg", "image/jpeg", 2, "image-2026-03-04-050607-2.jpg"],
    ["", "image/webp", 1, "image-2026-03-04-050607.webp"],
    ["blob", "", 1, "file-2026-03-04-050607.bin"],
    ["Report.pdf", "application/pdf", 1, "Report.pdf"],
    ["image of the roof.png", "image/png", 1, "image of the roof.png"],
  ])("%j of %j, number %d", (name, type, number, proper) => {
    expect(properName(name, type, now, number)).toBe(proper);
  });
});
