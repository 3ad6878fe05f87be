import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Message, Push } from "../protocol/frames.gen";
import { windowCloses } from "./derive";
import { type Input, reduce } from "./reduce";
import { emptyView, type View } from "./view";

const place = new URL("../../../wire/testdata/", import.meta.url);
const golden = <T>(name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, place), "utf8")) as T;

const day = 86_400_000;
const windows: Input = { type: "windows", windows: new Map([["acme-tg", day]]) };
const assigned = [golden<Input>("hello_empty"), golden<Input>("chat_assigned")];
const saidAt = "2026-11-22T19:00:00.000Z";
const message: Message = {
  ...golden<Push & { data: { message: Message } }>("chat_message").data.message,
  id: "c0nv.2.3",
  position: 3,
  at: saidAt,
};
const said: Push = { seq: 5, type: "chat.message", data: { chat: "c0nv.2", message } };

function closes(...inputs: Input[]): number | null {
  const view = inputs.reduce<View>(reduce, emptyView);
  const desk = view.chats.get("c0nv.2");
  return desk === undefined ? null : windowCloses(desk.chat);
}

test("a customer's message opens the window anew, though the server does not say so", () => {
  expect(closes(windows, ...assigned)).toBe(Date.parse("2026-11-23T07:00:00.123Z"));
  expect(closes(windows, ...assigned, said)).toBe(Date.parse(saidAt) + day);
});

test("what came before the channels were known counts as well", () => {
  expect(closes(...assigned, said, windows)).toBe(Date.parse(saidAt) + day);
});

test("an operator's reply opens nothing, nor does a channel without a window", () => {
  const reply = { ...message, direction: "out", author: { kind: "operator", id: "anna", name: "Anna" } } as const;
  const replied: Push = { seq: 5, type: "chat.message", data: { chat: "c0nv.2", message: reply } };
  expect(closes(windows, ...assigned, replied)).toBe(Date.parse("2026-11-23T07:00:00.123Z"));
  expect(closes(...assigned, said)).toBe(Date.parse("2026-11-23T07:00:00.123Z"));
});

test("word of the chat that is older than its newest message does not close it again", () => {
  expect(closes(windows, ...assigned, said, { ...golden<Push>("chat_updated"), seq: 6 } as Push)).toBe(
    Date.parse(saidAt) + day,
  );
});
