// A recording goes on while one reads elsewhere in its chat (S7).
import type { ElementHandle, Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let maya: Customer;
let anna: Seat;

beforeAll(async () => {
  const stage = await Stage.open();
  maya = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", maya, "Listen to this");
});

/** Starts a recording, over and over for as long as the story takes; its player, also when it is on the page no more. */
async function play(recording: Locator): Promise<ElementHandle<HTMLAudioElement>> {
  const player = (await recording.elementHandle()) as ElementHandle<HTMLAudioElement>;
  await player.evaluate((a) => {
    a.loop = true;
    return a.play();
  });
  return player;
}

const plays = (player: ElementHandle<HTMLAudioElement>) => player.evaluate((a) => a.isConnected && !a.paused);

test("it plays on while its line is out of sight, until another one is started", async () => {
  const { work } = anna;
  const recordings = work.messages.locator("audio");
  await maya.audio();
  await maya.text("Before");
  await work.message("Before").waitFor();
  const first = await play(recordings);
  for (let i = 1; i <= 40; i++) await maya.text(`and another thing, ${i}`);
  await work.message("and another thing, 40").waitFor();
  await work.message("Before").waitFor({ state: "detached" }); // lines out of sight are not drawn
  expect(await plays(first)).toBe(true);

  await maya.audio();
  await recordings.nth(1).waitFor();
  const second = await play(recordings.nth(1));
  await expect.poll(() => plays(first)).toBe(false);
  expect(await plays(second)).toBe(true);
});
