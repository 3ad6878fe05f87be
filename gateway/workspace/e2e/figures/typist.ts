import type { Page } from "playwright-core";

/** From key to key, in milliseconds: 12 a second, as a very fast typist. */
const pace = 83;

/**
 * Lets a page note how long each key waited. Event timing: from the key to the frame that follows it, as the browser
 * measures it, to 8 ms; keys that took less than 16 ms are not told.
 */
export async function watchKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    const waits: number[] = [];
    Object.assign(window, { waits });
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) if (e.name === "keydown" || e.name === "input") waits.push(e.duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  await tick(page);
}

/** The keys of a page so far, in milliseconds: two entries a key. */
export function keysOf(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { waits: number[] }).waits);
}

/** Types into what has the focus until told that it is enough, which is asked after every key; gives the number of keys. */
export async function type(page: Page, enough: (seconds: number, typed: number) => Promise<boolean>): Promise<number> {
  const began = Date.now();
  let typed = 0;
  do {
    await page.waitForTimeout(Math.max(0, began + typed * pace - Date.now()));
    await page.keyboard.press("abcdefghij "[typed++ % 11] ?? "a");
  } while (!(await enough((Date.now() - began) / 1000, typed)));
  return typed;
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
