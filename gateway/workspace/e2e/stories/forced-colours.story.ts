// Where the system puts its own colours in place of the page's, what is on, open or taken still shows (S103).
import { expect, test } from "vitest";
import { atWork } from "../conversation";
import { Stage } from "../stage";

/** What of an element tells by a line or a ground of its own. */
function marked(e: Element): string {
  const { outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(e);
  return `${outlineStyle} ${outlineWidth} ${backgroundColor}`;
}

test("status, slots, the open chat and the bubbles are told apart without a colour of ours", async () => {
  const stage = await Stage.open();
  const { page, work } = await atWork(stage, "anna", { forcedColors: "active" });
  for (const n of [0, 1]) {
    await stage.customer("demo-fb", n).text("Hello");
    await work.accept((await stage.customer("demo-fb", n).profile()).name);
  }
  await work.message("Hello").waitFor();

  const choice = work.header.getByRole("radiogroup", { name: "Your status" }).locator("label");
  expect(await choice.first().evaluate(marked)).not.toBe(await choice.last().evaluate(marked));

  const slots = work.header.locator("[role=meter] i");
  expect(await slots.first().evaluate(marked)).not.toBe(await slots.last().evaluate(marked));

  const rows = work.chats.getByRole("listitem").locator("> :first-child");
  expect(await rows.first().evaluate(marked)).not.toBe(await rows.last().evaluate(marked));

  const bubble = work.message("Hello").getByText("Hello").locator("..");
  expect(await bubble.evaluate(marked)).toMatch(/^solid/);

  await page.keyboard.press("Alt+t");
  await work.target("Boris Wolff").waitFor();
  expect(await work.dialog.evaluate((d) => getComputedStyle(d).borderTopStyle)).toBe("solid");
});
