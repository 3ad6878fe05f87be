// A badge moves nothing in its row (S100).
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { atWork } from "../conversation";
import { Stage } from "../stage";

test("a badge that comes moves no text", async () => {
  const stage = await Stage.open();
  const { work } = await atWork(stage, "anna");
  const first = stage.customer("demo-fb", 0);
  await first.text("Hello");
  await work.accept((await first.profile()).name);
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
