// The lists say nothing for a moment that is not so, and a badge moves nothing in its row (S100).
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { atWork } from "../conversation";
import { Stage } from "../stage";

test("no line of more chats that wait flashes while offers are accepted, and a badge moves no text", async () => {
  const stage = await Stage.open();
  const { page, work } = await atWork(stage, "anna");
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { linesSeen: seen });
    const look = () => {
      const lists = document.querySelector("nav")?.textContent ?? "";
      seen.push(...(lists.match(/\d+ more (is|are) waiting/g) ?? []));
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const customers = [0, 1, 2, 3].map((n) => stage.customer("demo-fb", n));
  for (const c of customers) await c.text("Hello");
  await expect.poll(() => work.offers.getByRole("listitem").count()).toBe(4);
  for (const [i, c] of customers.entries()) {
    await work.header.getByText(new RegExp(`^${4 - i} chats? waits? in your queues`)).waitFor({ state: "attached" });
    await work.accept((await c.profile()).name);
  }
  await page.getByRole("region", { name: "0 new chats" }).waitFor();
  expect(await page.evaluate("window.linesSeen")).toEqual([]);

  const [first] = customers;
  if (first === undefined) throw new Error("nobody writes");
  const row = work.row((await first.profile()).name);
  const place = (of: Locator) =>
    of.evaluate((r) => {
      const top = r.getBoundingClientRect().top;
      return [...r.querySelectorAll("[dir=auto], bdi")].map((e) => e.getBoundingClientRect().top - top);
    });
  await work.chats.hover(); // the order is held
  const before = await place(row);
  await first.text("Are you there?");
  await work.unread(row).waitFor();
  expect(await place(row)).toEqual(before);
});
