import { describe, expect, test } from "vitest";
import { emptyBox } from "../desk/boxes";
import type { AttachedFile } from "../desk/files";
import type { Pending } from "../desk/pending";
import type { Desk } from "../feed/view";
import { sampleChat, sampleMessage, sampleRow } from "../protocol/frames.model";
import { type Stakes, type Step, stakesOf, stepOf } from "./stakes";

const chat = sampleChat(sampleRow("c.1"));
const asked: Desk = { chat, messages: [sampleMessage("1")], more: false, stale: null };
const answered: Desk = {
  ...asked,
  messages: [
    ...asked.messages,
    sampleMessage("2", { direction: "out", author: { kind: "operator", id: "anna", name: "anna" }, state: "sent" }),
  ],
};
const box = (text: string, files: readonly AttachedFile[] = []) => ({
  ...emptyBox,
  draft: { ...emptyBox.draft, text },
  files,
});
const sent = (refused: string | null): Pending => ({
  clientId: `${refused}`,
  chat: "c.1",
  text: "on its way",
  files: [],
  replyTo: null,
  at: 0,
  refused,
});
const none: Stakes = { waits: false, draft: false, refused: false, pending: false };

describe("what is at stake", () => {
  test("nothing once the customer has an answer", () => {
    expect(stakesOf(answered, emptyBox, [])).toEqual(none);
  });

  test("a customer without one", () => {
    expect(stakesOf(asked, emptyBox, [])).toEqual({ ...none, waits: true });
  });

  test("a message on its way is an answer", () => {
    expect(stakesOf(asked, emptyBox, [sent(null)])).toEqual({ ...none, pending: true });
  });

  test("a message that was refused is none, and is not on its way", () => {
    expect(stakesOf(asked, emptyBox, [sent("too_long")])).toEqual({ ...none, waits: true, refused: true });
  });

  test.each([
    ["  ", [], false],
    ["Dear", [], true],
    ["", [{} as AttachedFile], true],
  ])("in the reply box: %j and %j", (text, files, draft) => {
    expect(stakesOf(answered, box(text, files), [])).toEqual({ ...none, draft });
  });
});

describe("what follows", () => {
  const waits = { ...none, waits: true };
  const pending = { ...none, pending: true };
  const both = { ...pending, draft: true };
  const refused = { ...waits, refused: true };
  test.each<[string, Stakes[], Step]>([
    ["nothing at stake: it is finished at once", [none], "finish"],
    ["something at stake: it is asked about", [waits], "ask"],
    ["only messages on their way: it waits for them", [pending], "wait"],
    ["and is finished when they have arrived", [pending, none], "finish"],
    ["a message that is refused meanwhile is asked about", [pending, refused], "ask"],
    ["and so is a customer who has written again", [pending, waits], "ask"],
    ["who was asked answers himself, though nothing is at stake any more", [waits, none], "ask"],
    ["with a reply begun, messages that arrive finish nothing", [both, { ...none, draft: true }], "ask"],
    ["where only they are left it waits again", [both, pending, none], "finish"],
  ])("%s", (_, states, step) => {
    expect(states.reduce<Step | null>((before, now) => stepOf(now, before), null)).toBe(step);
  });
});
