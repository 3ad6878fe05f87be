// Older messages come at a moment at which the list keeps what is in sight in its place (src/chat/scrollrest.ts, S100).
import { expect, test, vi } from "vitest";
import { inChat } from "../conversation";
import { settled } from "../sight";
import { Stage } from "../stage";

interface Looks {
  /** The list's looks for the end of scrolling that are still to come, and how many there have been in all. */
  due: Set<number>;
  seen: number;
  /** How many were due when older messages were put above. */
  dueThen?: number;
}

/** Runs in the page: follows the timers by which the list finds out that nobody scrolls. */
function watchLooks(): void {
  const looks: Looks = { due: new Set(), seen: 0 };
  const [set, clear] = [window.setTimeout.bind(window), window.clearTimeout.bind(window)];
  Object.assign(window, {
    looks,
    setTimeout: (call: () => void, ms?: number, ...rest: []) => {
      const id = set(
        () => {
          looks.due.delete(id);
          call();
        },
        ms,
        ...rest,
      );
      if (ms === 150) {
        looks.due.add(id);
        looks.seen++;
      }
      return id;
    },
    clearTimeout: (id: number) => {
      looks.due.delete(id);
      clear(id);
    },
  });
}

test("while the list has still to look whether anybody scrolls, older messages wait", async () => {
  const stage = await Stage.open();
  await stage.load({ rate: 120, seconds: 1, customers: 1, text: "line" });
  await vi.waitUntil(async () => (await stage.loaded()).finished, { timeout: 30_000 });
  const { work, page } = await inChat(stage, "anna", stage.customer("demo-fb"), "the last", { init: watchLooks });
  await work.message("the last").waitFor();
  await settled(work.messages);
  await work.messages.evaluate((list) => {
    const { looks } = window as unknown as { looks: Looks };
    const height = list.scrollHeight;
    const grown = new MutationObserver(() => {
      if (list.scrollHeight < height + 500) return;
      grown.disconnect();
      looks.dueThen = looks.due.size;
    });
    grown.observe(list, { subtree: true, childList: true, attributes: true });
    looks.seen = 0;
    list.scrollTo(0, 240);
  });
  const looks = () => page.evaluate(() => (window as unknown as { looks: Looks }).looks);
  await expect.poll(async () => (await looks()).dueThen).toBe(0);
  expect((await looks()).seen, "that is how the list looks").toBeGreaterThan(0);
});
