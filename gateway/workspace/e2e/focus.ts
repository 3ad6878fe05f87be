// Where the focus of a page is, and whether one sees it.
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** The focused element in words; "nowhere" when the page itself has the focus. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return "nowhere";
    const named = at as HTMLInputElement;
    const words = at.getAttribute("aria-label") ?? named.labels?.[0]?.textContent ?? at.textContent ?? "";
    return `${at.getAttribute("role") ?? at.tagName.toLowerCase()} ${words.trim().slice(0, 60)}`;
  });
}

/** Whether a ring is drawn round the focused element, or round what stands for it: its label, or its field. */
function ringed(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return false;
    return [at, at.nextElementSibling, at.parentElement].some((e) => {
      if (e === null) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(e);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
    });
  });
}

/** Waits until the focus is somewhere and shows. */
export async function focusShows(page: Page): Promise<void> {
  await expect.poll(() => ringed(page), { message: "the focus shows" }).toBe(true);
}
