import { expect, test } from "vitest";
import { createWords } from "../words/words";
import { previewOf } from "./preview";

test("a message without text is told in the words of the page", () => {
  expect(previewOf("[image]", createWords("en").say)).toBe("Image");
  expect(previewOf("[voice]", createWords("ru").say)).toBe("Голосовое сообщение");
  expect(previewOf("[order]", createWords("en").say)).toBe("Unsupported content");
});

test("what the customer wrote is left alone", () => {
  const { say } = createWords("ru");
  for (const text of ["", "Hello", "[ok]", "[1]", "[image] of a parcel", "see [image]", "[Image]"])
    expect(previewOf(text, say)).toBe(text);
});
