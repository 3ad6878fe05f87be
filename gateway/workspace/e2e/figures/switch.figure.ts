import { test } from "vitest";
import { operator } from "../browser";
import { Stage } from "../stage";
import { acceptAll } from "./company";
import { print, summary } from "./print";

/** Messages that are in the page, over all chats; and how often is switched. */
const messages = 4_000;
const switches = 60;

test("from the press on a row to the frame that shows the chat", async () => {
  const stage = await Stage.open({ settings: { simultaneous_chats: 0 } });
  const desk = await operator(stage, "anna");
  const page = desk.page;
  await acceptAll(stage, page, 5);
  await stage.load({
    rate: 400,
    seconds: messages / 400,
    channel: "demo-fb",
    first: 1,
    customers: 5,
    text: "Where is my parcel? It was to come on Monday, and nobody answers the telephone.",
  });
  await page.waitForFunction(() => document.querySelectorAll("[data-row]").length >= 5);
  for (let settled = false; !settled; ) settled = (await stage.loaded()).finished;
  const took = await page.evaluate(async (n) => {
    const out: number[] = [];
    const rows = () => [...document.querySelectorAll<HTMLElement>("nav section:last-of-type [data-row]")];
    for (let i = 0; i < n; i++) {
      const row = rows()[i % 5];
      const name = row?.querySelector("bdi")?.textContent ?? "";
      const before = performance.now();
      row?.click();
      await new Promise<void>((done) => {
        const look = () => {
          const there =
            document.querySelector("#chat h1 bdi")?.textContent === name &&
            document.querySelector("#chat [data-message]");
          if (there)
            setTimeout(done); // the frame is on its way to the screen
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      out.push(performance.now() - before);
      await new Promise((r) => setTimeout(r, 100));
    }
    return out;
  }, switches);
  print(`switching among 5 chats with ${messages} messages, ms`, summary(took.slice(5)), "<= 50");
});
