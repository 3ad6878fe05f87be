// Whether everything has room on a narrow page.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { speak } from "./language";

/** What does not fit in the width of the page: the page itself, or something one must be able to press, see or read. */
function beyond(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = [];
    const { scrollWidth = 0 } = document.scrollingElement ?? {};
    if (scrollWidth > window.innerWidth) out.push(`the page is ${scrollWidth} wide`);
    for (const e of document.querySelectorAll(
      "button, a, input, textarea, h1, h2, h3, p, dd, [role=option], article",
    )) {
      const { left, right, width, height } = e.getBoundingClientRect();
      const shown = e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && width > 1 && height > 1;
      if (shown && (left < -1 || right > window.innerWidth + 1)) {
        out.push(`${e.tagName} ${e.getAttribute("aria-label") ?? e.textContent}: ${left} to ${right}`);
      }
    }
    return out;
  });
}

/** Expects that nothing lies beyond the edges, in either language. */
export async function expectRoom(page: Page, state: string): Promise<void> {
  const all: string[] = [];
  for (const language of ["ru", "en"] as const) {
    await speak(page, language);
    for (const what of await beyond(page)) all.push(`${state}, ${language}: ${what}`);
  }
  expect(all).toEqual([]);
}
