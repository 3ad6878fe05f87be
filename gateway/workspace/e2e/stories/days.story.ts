// Today and yesterday go by the server's clock, and change at midnight while the page stays open (S100).
import type { BrowserContext } from "playwright-core";
import { expect, test } from "vitest";
import { inChat } from "../conversation";
import { Stage } from "../stage";

const hour = 3_600_000;
const names = { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } };

test("a machine whose clock is 26 hours ahead shows what is said now under Today", async () => {
  const stage = await Stage.open({ names });
  const { work } = await inChat(stage, "anna", stage.customer("demo-fb"), "Good morning", {
    before: (context) => context.clock.install({ time: Date.now() + 26 * hour }),
  });
  await work.message("Good morning").waitFor();
  await work.messages.getByText("Today", { exact: true }).waitFor();
  expect(await work.messages.getByText("Yesterday", { exact: true }).count()).toBe(0);
  await work.send("Good morning, Maya");
  await work
    .row("Maya Lindqvist")
    .locator("time")
    .filter({ hasText: /^\d\d:\d\d$/ })
    .waitFor();
});

test("at midnight Today becomes Yesterday, in the chat and in its row, and a day later a date", async () => {
  const stage = await Stage.open({ names });
  let later = 0; // by how much the server's clock has moved on with the page's
  const serverClock = (context: BrowserContext) =>
    context.route("**/api/v1/session", async (route) => {
      const response = await route.fetch();
      const date = new Date(Date.now() + later).toUTCString();
      await route.fulfill({ response, headers: { ...response.headers(), date } });
    });
  const { work, page } = await inChat(stage, "anna", stage.customer("demo-fb"), "Good night", {
    before: async (context) => {
      await serverClock(context);
      await context.clock.install();
    },
  });
  await work.send("Sleep well");
  const time = work.row("Maya Lindqvist").locator("time");
  await work.messages.getByText("Today", { exact: true }).waitFor();
  await time.filter({ hasText: /^\d\d:\d\d$/ }).waitFor();

  later += 24 * hour;
  await page.clock.fastForward(24 * hour);
  await work.messages.getByText("Yesterday", { exact: true }).waitFor();
  await time.filter({ hasText: /^Yesterday$/ }).waitFor();

  later += 24 * hour;
  await page.clock.fastForward(24 * hour);
  await work.messages.getByText(/^\w+day,? \d+ \w+$/).waitFor();
  await time.filter({ hasText: /^\d+ \w+$/ }).waitFor();
});
