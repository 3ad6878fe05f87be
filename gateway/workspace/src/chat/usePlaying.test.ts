import { expect, test } from "vitest";
import { linesOf } from "./items";
import { message } from "./message.model";
import { kept } from "./usePlaying";

test("the line that plays is kept wherever older and newer messages move it", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => message(id));
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("no messages");
  expect(kept(linesOf([b, c]), "c")).toEqual([1]);
  expect(kept(linesOf([a, b, c, d]), "c")).toEqual([2]);
  expect(kept(linesOf([a, b]), "c")).toEqual([]);
  expect(kept(linesOf([a, b]), null)).toEqual([]);
});
