import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Stage } from "../stage";
import { Workspace } from "../workspace";

/** Lets so many customers write and accepts all their chats. */
export async function acceptAll(stage: Stage, page: Page, n: number): Promise<void> {
  const workspace = new Workspace(page);
  await workspace.turn("Active");
  for (let i = 1; i <= n; i++) {
    await stage.customer("demo-fb", i).text(`Good morning, this is customer ${i}`);
    await page
      .getByRole("button", { name: /^Accept the chat with/ })
      .first()
      .click();
    await expect.poll(() => page.getByRole("button", { name: /^Finish the chat with/ }).count()).toBe(i);
  }
}
