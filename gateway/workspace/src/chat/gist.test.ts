import { expect, test } from "vitest";
import type { Attachment } from "../protocol/frames.gen";
import { createWords } from "../words/words";
import { gist } from "./gist";
import { message } from "./message.model";

const { say } = createWords("en");

const voice: Attachment = {
  id: "f",
  kind: "voice",
  name: "secret.ogg",
  mime: "audio/ogg",
  size: 1,
  state: "stored",
  lat: null,
  lon: null,
  card: null,
};

test("a message says its text in one line, or what kind of file it is", () => {
  expect(gist(message("a", { text: "hello", attachments: [voice] }), say)).toBe("hello");
  expect(gist(message("a", { text: "", attachments: [voice] }), say)).toBe("Voice message");
  expect(gist(message("a", { text: "" }), say)).toBe("");
});

test("what was taken back is said nowhere, whatever the server still tells of it", () => {
  const m = message("a", { text: "my password is hunter2", attachments: [voice], deleted: true });
  expect(gist(m, say)).toBe("This message was deleted.");
});
