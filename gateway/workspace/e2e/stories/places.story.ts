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
  const last = await line.getAttribute("data-message");
  for (let i = 0; i < 4; i++) await maya.busyNext(); // the provider gives it out after some two seconds
  await send();
  await expect.poll(() => line.getAttribute("data-message")).not.toBe(last);
  await line.getByText("Being fetched…").waitFor();
  const height = () => line.evaluate((e) => e.getBoundingClientRect().height);
  const before = await height();
  await line.locator(content).waitFor();
  await expect.poll(() => line.locator(content).evaluate(isThere)).toBe(true);
  expect(await height()).toBe(before);
});

/** Whether a picture is drawn, or a player has looked into what it plays. Recordings are not asked for before somebody plays them. */
function isThere(e: Element): boolean {
  if (e instanceof HTMLImageElement) return e.complete && e.naturalWidth > 0;
  if (e instanceof HTMLVideoElement) return e.readyState >= HTMLMediaElement.HAVE_METADATA || e.error !== null;
  return e instanceof HTMLAudioElement;
}
