import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { operator } from "../browser";
import { type Load, Stage } from "../stage";
import { acceptAll } from "./company";
import { print, summary } from "./print";
import { tasksWhile } from "./tasks";
import { keysOf, type, watchKeys } from "./typist";

const rate = 500;
const seconds = 60;

/** For so long, before and after, the same keys go into a page with a text field and nothing else. */
const ceilingSeconds = 20;

/** For so long the browser notes what the page's tasks take, which by itself costs a little. */
const tasksSeconds = 15;

test("typing while 500 events a second come in for a minute", async () => {
  const stage = await Stage.open({ settings: { simultaneous_chats: 0 } });
  const desk = await operator(stage, "anna");
  await acceptAll(stage, desk.page, 5);
  const ceiling = [await emptyPage(stage, desk.page)];
  await desk.page.goto(stage.url);
  await desk.page.locator("[data-row]").nth(4).waitFor();
  const ours = await workspace(stage, desk.page);
  await begin(stage, tasksSeconds);
  const tasks = await tasksWhile(desk.page, () => type(desk.page, (_, typed) => ended(stage, typed)));
  print("processor time of a task of the page at 500 events/s, ms", summary(tasks), "< 50");
  ceiling.push(await emptyPage(stage, desk.page));
  print("input latency of an empty page before and after, ms", ceiling.map(summary), "the ceiling of this hour");
  print("slowest of a hundred keys, to the ceiling's", { ratio: ratio(ours, ceiling.flat()) }, "-");
});

/** What machine, browser, server and load take by themselves. */
async function emptyPage(stage: Stage, page: Page): Promise<number[]> {
  await page.goto("about:blank");
  await page.setContent("<textarea autofocus></textarea>");
  await page.locator("textarea").focus();
  await watchKeys(page);
  await begin(stage, ceilingSeconds);
  await type(page, (_, typed) => ended(stage, typed));
  return keysOf(page);
}

async function workspace(stage: Stage, page: Page): Promise<number[]> {
  await page.locator("[data-row]").last().click();
  await page.locator("#reply").focus();
  await watchKeys(page);
  const longFrames = await watchFrames(page);
  const cdp = await page.context().newCDPSession(page);
  const heap = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    return Math.round((await cdp.send("Runtime.getHeapUsage")).usedSize / 1024 / 1024);
  };
  const before = await heap();
  await begin(stage, seconds);
  const heaps: { at: number; mb: number }[] = [];
  const typed = await type(page, async (at, keys) => {
    if (at >= (heaps.length + 1) * 15) {
      await shown(page); // a forced collection takes longer than any of the page's own: no key waits for it
      heaps.push({ at: Math.round(at), mb: await heap() });
    }
    return ended(stage, keys);
  });
  const load = await stage.loaded();
  const waits = await keysOf(page);
  const slow = summary(waits);
  // Keys that took less than 16 ms are not told: they are the rest of those that were typed.
  print("input latency at 500 events/s, ms", { typed, slower_than_16ms: slow.n, ...slow }, "< 100");
  print("frames of 50 ms and more at 500 events/s, ms", summary(await longFrames()), "none");
  print("heap after a collection, MB", { before, heaps, after: await heap() }, "flat");
  print("events", { sent: load.sent, per_second: Math.round(load.acked / seconds) }, "500/s");
  expect(load.error).toBeUndefined();
  return waits;
}

function begin(stage: Stage, seconds: number): Promise<Load> {
  return stage.load({ rate, seconds, channel: "demo-fb", first: 1, customers: 5, text: "And another thing" });
}

/** Asked now and then only: asking takes time. */
async function ended(stage: Stage, typed: number): Promise<boolean> {
  return typed % 20 === 0 && (await stage.loaded()).finished;
}

function ratio(ours: number[], ceiling: number[]): number {
  return Math.round((summary(ours).p99 / summary(ceiling).p99) * 100) / 100;
}

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
