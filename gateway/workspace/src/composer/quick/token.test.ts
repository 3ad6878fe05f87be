import { expect, test } from "vitest";
import { tokenAt } from "./token";

const at = (marked: string) => tokenAt(marked.replace("|", ""), marked.indexOf("|"));

test("two slashes at the beginning or behind a space open a search up to the cursor", () => {
  expect(at("//|")).toEqual({ from: 0, q: "" });
  expect(at("//thank you|")).toEqual({ from: 0, q: "thank you" });
  expect(at("Dear Ann, //del|")).toEqual({ from: 10, q: "del" });
  expect(at("Dear Ann,\n//del|ivery")).toEqual({ from: 10, q: "del" });
});

test("an address, a path and a remark are no search", () => {
  for (const text of [
    "https://|",
    "see https://shop.example/a|",
    "a//b|",
    "///|",
    "// a remark|",
    "//\n|",
    "//a\nb|",
    "/|",
    "|",
    "|//",
    "/|/",
  ]) {
    expect(at(text), text).toBeNull();
  }
});

test("far behind the slashes nobody searches any more", () => {
  expect(at(`//${"a".repeat(60)}|`)?.q).toHaveLength(60);
  expect(at(`//${"a".repeat(61)}|`)).toBeNull();
});
