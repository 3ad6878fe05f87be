// A quote of a message that is not here yet leads to it all the same (S38, S45).
import { expect, test, vi } from "vitest";
import { atWork } from "../conversation";
import { inSight, settled } from "../sight";
import { Stage } from "../stage";

test("a quote of an older message reads back to it, and then says what it was", async () => {
  const stage = await Stage.open({ names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } } });
  const maya = stage.customer("demo-fb");
  const { work, page } = await atWork(stage, "anna");
  const first = await maya.text("My order is number 4711");
  await work.accept("Maya Lindqvist");
  await stage.load({ rate: 120, seconds: 1, customers: 1, text: "line" });
  await vi.waitUntil(async () => (await stage.loaded()).finished, { timeout: 30_000 });
  await maya.reply(first, "This is about the order");
  await work.message("This is about the order").waitFor();

  await page.reload();
  const answer = work.message("This is about the order");
  await answer.getByRole("button", { name: "An earlier message" }).click();
  await expect.poll(async () => (await inSight(work.messages)).map((m) => m.text)).toContain("My order is number 4711");
  await settled(work.messages);
  expect((await inSight(work.messages)).map((m) => m.text)).toContain("My order is number 4711");

  await work.chat.getByRole("button", { name: "To the newest message" }).click();
  const quote = answer.getByRole("button", { name: /My order is number 4711/ });
  await quote.waitFor();
  await quote.click();
  await work.message("My order is number 4711").waitFor();
});
