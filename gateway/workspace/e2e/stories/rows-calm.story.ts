// A badge moves nothing in its row (S100).
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { atWork } from "../conversation";
import { Stage } from "../stage";

test("a badge that comes moves no text", async () => {
  const stage = await Stage.open();
  const { work } = await atWork(stage, "anna");
  const [first, other] = [stage.customer("demo-fb", 0), stage.customer("demo-fb", 1)];
  for (const each of [first, other]) {
    await each.text("Hello");
    await work.accept((await each.profile()).name); // the last one is open: what comes there is read at once
  }
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
