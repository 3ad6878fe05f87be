// A file that is still being fetched has the place of its content: nothing jumps when it comes (S7, S103).
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let maya: Customer;
let anna: Seat;

beforeAll(async () => {
  const stage = await Stage.open();
  maya = stage.customer("demo-wa");
  anna = await inChat(stage, "anna", maya, "Look at this");
});

const kinds = [
  { kind: "picture", send: () => maya.image(), content: "img" },
  { kind: "voice message", send: () => maya.voice(), content: "audio" },
  { kind: "video", send: () => maya.video(), content: "video" },
  { kind: "sticker", send: () => maya.sticker(), content: "img" },
] as const;

test.each(kinds)("a $kind", async ({ send, content }) => {
  const line = anna.work.messages.getByRole("article").last();
  const before = await line.getAttribute("data-message");
  await maya.busyNext(); // the provider gives it out later
  await send();
  await expect.poll(() => line.getAttribute("data-message")).not.toBe(before);
  await line.getByText("Being fetched…").waitFor();
  const { height } = (await line.boundingBox()) ?? {};
  await line.locator(content).waitFor();
  await expect.poll(() => line.locator(content).evaluate((e) => e.clientHeight)).toBeGreaterThan(0);
  expect((await line.boundingBox())?.height).toBe(height);
});
