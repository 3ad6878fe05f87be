import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { morning } from "./diary";

const folder = new URL("../../../../docs/screenshots/", import.meta.url);

/** Takes a picture for docs/screenshots. The clock stands still while it is taken. */
export async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.clock.setFixedTime(morning);
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  });
  await page.clock.runFor(1_000); // what tells the time is drawn again
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, folder)), caret: "hide" });
}
