// Where the system puts its own colours in place of the page's, what is on, open or taken still shows (S103).
import { expect, test } from "vitest";
import { atWork } from "../conversation";
import { Stage } from "../stage";

const style = (e: Element) => {
  const { outlineStyle, outlineWidth, borderTopStyle, borderTopWidth, backgroundColor } = getComputedStyle(e);
  return { outline: `${outlineStyle} ${outlineWidth}`, border: `${borderTopStyle} ${borderTopWidth}`, backgroundColor };
};

test("status, slots, the open chat and the bubbles are told apart without a colour of ours", async () => {
  const stage = await Stage.open();
  const { page, work } = await atWork(stage, "anna", { forcedColors: "active" });
  for (const n of [0, 1]) {
    await stage.customer("demo-fb", n).text("Hello");
    await work.accept((await stage.customer("demo-fb", n).profile()).name);
  }
  await work.message("Hello").waitFor();
  const ink = await page.evaluate(() => {
    const made = document.body.appendChild(document.createElement("i"));
    made.style.color = "CanvasText";
    const { color } = getComputedStyle(made);
    made.remove();
    return color;
  });

  // What is chosen has a frame, and the focus shows beside it.
  const choice = work.header.getByRole("radiogroup", { name: "Your status" });
  const frame = choice.locator(".mantine-SegmentedControl-indicator");
  await expect.poll(() => frame.evaluate(style)).toMatchObject({ border: "solid 2px" });
  const active = choice.locator("label").first();
  const resting = await active.evaluate(style);
  await page.keyboard.press("Shift"); // the keyboard is used: what gets the focus shows it
  await work.status("Active").focus();
  await expect.poll(async () => (await active.evaluate(style)).outline).not.toBe(resting.outline);

  const slots = work.header.locator("[role=meter] i");
  const taken = async () =>
    (await slots.evaluateAll((all) => all.map((e) => getComputedStyle(e).backgroundColor))).filter((c) => c === ink);
  await expect.poll(taken).toHaveLength(2);

  const rows = work.chats.getByRole("listitem").locator("> :first-child");
  const outlines = () => rows.evaluateAll((all) => all.map((e) => getComputedStyle(e).outlineStyle).sort());
  await expect.poll(outlines).toEqual(["none", "solid"]);

  const bubble = work.message("Hello").getByText("Hello").locator("..");
  expect(await bubble.evaluate(style)).toMatchObject({ outline: "solid 1px" });

  await page.keyboard.press("Alt+t");
  await work.target("Boris Wolff").waitFor();
  expect(await work.dialog.evaluate(style)).toMatchObject({ border: "solid 1px" });
});
