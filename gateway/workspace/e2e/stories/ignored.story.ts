// An offer to one operator that nobody answers (S24, S25).
import { expect, test } from "vitest";
import { operator } from "../browser";
import { senses, tonesOf } from "../senses";
import { Stage } from "../stage";
import { Workspace } from "../workspace";

test("whoever ignores an offer becomes Inactive, is told so on every tab, and is back by one press", async () => {
  const stage = await Stage.open({
    queues: { support: { rule: "least_busy", accept_timeout: "3s", members: ["anna"] } },
    names: { "demo-fb": { 0: { first: "Zoe", last: "Young" } } },
  });
  const desk = await operator(stage, "anna", { init: senses });
  const anna = new Workspace(desk.page);
  const tab = new Workspace(await desk.tab());
  await anna.turn("Active");
  await stage.customer("demo-fb", 0).text("Is anybody there?");
  await anna
    .offer("Is anybody there?")
    .getByTitle(/left to accept$/)
    .waitFor({ state: "attached" });

  for (const each of [anna, tab]) {
    await each.notice("You did not answer an offer in time").waitFor();
    await expect.poll(() => each.status("Inactive").isChecked()).toBe(true);
    await each.offers.getByRole("button", { name: /^Accept/ }).waitFor({ state: "detached" });
  }
  await expect.poll(async () => (await tonesOf(anna.page, "inactive")) + (await tonesOf(tab.page, "inactive"))).toBe(1);
  await anna.header.getByText("1 chat waits in your queues").first().waitFor({ state: "attached" });

  await tab.noticeButton("Back to Active").click();
  for (const each of [anna, tab]) {
    await each
      .offer("Is anybody there?")
      .getByRole("button", { name: /^Accept/ })
      .waitFor();
    await each.notice("You did not answer an offer in time").waitFor({ state: "detached" });
    await expect.poll(() => each.status("Active").isChecked()).toBe(true);
  }
  await anna.accept("Zoe Young");
});

test("the ring of an offer goes on where it was when the page is loaded again", async () => {
  const stage = await Stage.open({
    queues: { support: { rule: "least_busy", accept_timeout: "20s", members: ["anna"] } },
  });
  const desk = await operator(stage, "anna");
  const anna = new Workspace(desk.page);
  await anna.turn("Active");
  await stage.customer("demo-fb", 0).text("Is anybody there?");
  const ring = anna
    .offer("Is anybody there?")
    .getByTitle(/left to accept$/)
    .locator("circle")
    .last();
  const gone = async () => {
    const [all, off] = await Promise.all(
      ["stroke-dasharray", "stroke-dashoffset"].map((name) => ring.getAttribute(name)),
    );
    return Number(off) / Number(all);
  };
  await expect.poll(gone, { interval: 250 }).toBeGreaterThan(0.15);
  await desk.page.reload();
  expect(await gone()).toBeGreaterThan(0.15);
});
