import { expect, test } from "vitest";
import { stands, tokenAt } from "./token";

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

test("a search whose text has been replaced meanwhile stands no more", () => {
  const token = { from: 5, q: "gre" };
  expect(stands(token, "Dear //gre Ann")).toBe(true);
  for (const text of ["", "Dear", "Dear //gr", "Dear Ann, //gre", "Dear /gree"])
    expect(stands(token, text), text).toBe(false);
});
