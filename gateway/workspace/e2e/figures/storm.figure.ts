import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { operator } from "../browser";
import { Stage } from "../stage";
import { acceptAll } from "./company";
import { print, summary } from "./print";

const rate = 500;
const seconds = 60;
/** From key to key, in milliseconds: 12 a second, as a very fast typist. */
const pace = 83;

test("typing while 500 events a second come in for a minute", async () => {
  const stage = await Stage.open({ settings: { simultaneous_chats: 0 } });
  const desk = await operator(stage, "anna");
  const page = desk.page;
  await acceptAll(stage, page, 5);
  await page.locator("[data-row]").last().click();
  const box = page.locator("#reply");
  await box.focus();
  // Event timing: from the key to the frame that follows it, as the browser measures it, to 8 ms.
  await page.evaluate(() => {
    const waits: number[] = [];
    Object.assign(window, { waits });
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) if (e.name === "keydown" || e.name === "input") waits.push(e.duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  await tick(page);
  const longFrames = await watchFrames(page);
  const cdp = await desk.context.newCDPSession(page);
  const heap = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    return Math.round((await cdp.send("Runtime.getHeapUsage")).usedSize / 1024 / 1024);
  };
  const before = await heap();
  await stage.load({ rate, seconds, channel: "demo-fb", first: 1, customers: 5, text: "And another thing" });
  const heaps: { at: number; mb: number }[] = [];
  const began = Date.now();
  let typed = 0;
  for (let finished = false; !finished; ) {
    await page.waitForTimeout(Math.max(0, began + typed * pace - Date.now()));
    await page.keyboard.press("abcdefghij "[typed++ % 11] ?? "a");
    const at = Math.round((Date.now() - began) / 1000);
    if (at >= (heaps.length + 1) * 15) {
      await shown(page); // a forced collection takes longer than any of the page's own: no key waits for it
      heaps.push({ at, mb: await heap() });
    }
    if (typed % 20 === 0) finished = (await stage.loaded()).finished;
  }
  const load = await stage.loaded();
  const waits = await page.evaluate(() => (window as unknown as { waits: number[] }).waits);
  const slow = summary(waits);
  // Keys that took less than 16 ms are not told: they are the rest of those that were typed.
  print("input latency at 500 events/s, ms", { typed, slower_than_16ms: slow.n, ...slow }, "< 100");
  print("frames of 50 ms and more at 500 events/s, ms", summary(await longFrames()), "none");
  print("heap after a collection, MB", { before, heaps, after: await heap() }, "flat");
  print("events", { sent: load.sent, per_second: Math.round(load.acked / seconds) }, "500/s");
  expect(load.error).toBeUndefined();
});

/** Watches for frames that took long, 50 ms or more, from now until asked; it makes none itself. */
async function watchFrames(page: Page) {
  await page.evaluate(() => {
    const long: number[] = [];
    Object.assign(window, { long });
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) long.push(e.duration);
    }).observe({ type: "long-animation-frame" });
  });
  return () => page.evaluate(() => (window as unknown as { long: number[] }).long);
}

/** Waits until all that was pressed so far is on the screen. */
async function shown(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done, 50))));
}

/**
 * Lets something on the screen change all the time. A browser without one is told that a frame was shown only when another
 * has something new: of a page at rest it believes that a key took until the next second of a clock. The compositor does
 * this by itself; the page has no work from it.
 */
async function tick(page: Page): Promise<void> {
  await page.evaluate(() => {
    const dot = document.createElement("div");
    Object.assign(dot.style, {
      position: "fixed",
      top: "0",
      right: "0",
      width: "2px",
      height: "2px",
      background: "red",
    });
    document.body.append(dot);
    dot.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 1000, iterations: Number.POSITIVE_INFINITY });
  });
}
