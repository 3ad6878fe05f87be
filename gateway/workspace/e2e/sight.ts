// What of a long conversation is in sight, and where.
import type { Locator } from "playwright-core";
import { expect } from "vitest";

export interface Sight {
  readonly text: string;
  /** From the upper edge of what is in sight, in pixels. */
  readonly y: number;
}

/** The messages in sight, from above. */
export function inSight(messages: Locator): Promise<Sight[]> {
  return messages.evaluate((list) => {
    const edge = list.getBoundingClientRect();
    return [...list.querySelectorAll("article")].flatMap((article) => {
      const { top, bottom } = article.getBoundingClientRect();
      if (bottom <= edge.top + 1 || top >= edge.bottom - 1) return [];
      return [{ text: article.querySelector("p[dir=auto]")?.textContent ?? "", y: top - edge.top }];
    });
  });
}

/** How far below what is in sight the conversation goes on, in pixels. */
export function below(messages: Locator): Promise<number> {
  return messages.evaluate((list) => Math.round(list.scrollHeight - list.clientHeight - list.scrollTop));
}

/** Waits until what is in sight is the same for some frames of the screen. */
export async function settled(messages: Locator): Promise<void> {
  await messages.evaluate(async (list) => {
    for (let same = 0, before = ""; same < 5; ) {
      await new Promise(requestAnimationFrame);
      const now = `${list.scrollTop} ${list.scrollHeight}`;
      same = now === before ? same + 1 : 0;
      before = now;
    }
  });
}

/** Waits until everything that was in sight stands within a few pixels of where it was. */
export async function stayedInSight(messages: Locator, before: readonly Sight[]): Promise<void> {
  const moved = async () => {
    const now = new Map((await inSight(messages)).map((s) => [s.text, s.y]));
    return before.map(({ text, y }) => Math.abs((now.get(text) ?? Number.NaN) - y)).filter((d) => !(d <= 4));
  };
  await expect.poll(moved).toEqual([]);
}
