import { expect, test } from "vitest";
import { operator } from "../browser";
import { Stage } from "../stage";
import { acceptAll } from "./company";
import { print, summary } from "./print";

/** How often a page is opened; the first time fills no cache that counts, each has a browser context of its own. */
const times = 7;

test("first useful paint of a cold page, and what it loads", async () => {
  const stage = await Stage.open({ settings: { simultaneous_chats: 0 } });
  const desk = await operator(stage, "anna");
  await acceptAll(stage, desk.page, 5);
  const signedIn = await desk.context.storageState();
  await desk.close();
  const useful: number[] = [];
  let scripts = 0;
  for (let i = 0; i < times; i++) {
    const browser = desk.context.browser();
    const context = await browser?.newContext({ storageState: signedIn });
    if (context === undefined) throw new Error("no browser");
    // Useful is the first frame in which the rows of one's own chats are there to be read.
    await context.addInitScript(() => {
      const seen = new MutationObserver(() => {
        if (document.querySelectorAll("[data-row]").length < 5) return;
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => performance.mark("useful")));
      });
      seen.observe(document, { childList: true, subtree: true });
    });
    const page = await context.newPage();
    await page.goto(stage.url);
    await page.waitForFunction(() => performance.getEntriesByName("useful").length > 0);
    useful.push(await page.evaluate(() => performance.getEntriesByName("useful")[0]?.startTime ?? 0));
    scripts = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((r) => r.name.endsWith(".js"))
        .reduce((sum, r) => sum + (r as PerformanceResourceTiming).encodedBodySize, 0),
    );
    await context.close();
  }
  print("first useful paint, ms", summary(useful), "<= 1000");
  print("compressed script at first load, KB", { kb: Math.round(scripts / 1024) }, "<= 250");
  expect(scripts).toBeGreaterThan(0);
});
