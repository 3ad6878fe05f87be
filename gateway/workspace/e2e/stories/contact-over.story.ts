// The contact where it lies over the chat: nothing below it is reached, and Escape takes it away (WCAG 2.4.11; S103).
import { beforeAll, describe, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { focused, focusShows } from "../focus";
import { type Customer, Stage } from "../stage";

let maya: Customer;
let anna: Seat;

beforeAll(async () => {
  const stage = await Stage.open({ names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } } });
  maya = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", maya, "Good morning");
  await anna.work.reply.fill("half a sentence");
});

const within = (place: string) =>
  anna.page.evaluate((p) => document.activeElement?.closest(p) !== null && document.activeElement !== null, place);
const press = async (...keys: string[]) => {
  for (const key of keys) await anna.page.keyboard.press(key);
};
const gone = () => anna.work.details.waitFor({ state: "detached" });
const shows = async () => {
  await press("Alt+d");
  await anna.work.details.waitFor();
  await expect.poll(() => within("aside")).toBe(true);
};

describe.each([390, 900])("on a page of %d pixels", (width) => {
  test("the focus goes into the pane; keys reach nothing below it", async () => {
    const { work, page } = anna;
    await page.setViewportSize({ width, height: 800 });
    await work.reply.focus();
    await shows();
    await focusShows(page);
    await page.keyboard.type("not for the customer");
    await press("Enter");
    expect(await work.reply.inputValue()).toBe("half a sentence");
    for (let i = 0; i < 25; i++) {
      await press("Shift+Tab");
      expect(await within("#chat"), "the focus is under the pane").toBe(false);
    }
    expect((await maya.profile()).answers).toEqual([]);
  });

  test("Escape takes it away wherever the focus is, and Alt+D; the focus goes back", async () => {
    const { work, page } = anna;
    await work.status("Active").focus();
    await press("Escape");
    await gone();
    expect(await focused(page)).toBe("input Active");
    await work.reply.focus();
    for (const key of ["Escape", "Alt+d"]) {
      await shows();
      await press(key);
      await gone();
      await expect.poll(() => focused(page)).toBe("textarea Reply");
    }
    const button = work.chat.getByRole("button", { name: "Contact and facts" });
    await button.press("Enter");
    await work.details.getByRole("button", { name: "Hide the contact" }).press("Enter");
    await gone();
    await expect.poll(() => focused(page)).toBe("button Contact and facts");
  });

  test("Escape in a dialog over it is the dialog's", async () => {
    const { work } = anna;
    await shows();
    await press("Control+k");
    await work.dialog.waitFor();
    await press("Escape");
    await work.dialog.waitFor({ state: "detached" });
    await work.details.waitFor();
    await press("Escape");
    await gone();
  });

  test("Alt+R and a press on the chat beside it go to the chat", async () => {
    const { work, page } = anna;
    await shows();
    await press("Alt+r");
    await gone();
    await expect.poll(() => focused(page)).toBe("textarea Reply");
    await shows();
    const { x, y } = (await work.reply.boundingBox()) ?? { x: 0, y: 0 };
    await page.mouse.click(width === 390 ? 20 : x + 10, y + 10);
    await gone();
    await expect.poll(() => focused(page)).toBe("textarea Reply");
  });
});

test("beside the chat the pane leaves the focus where it is", async () => {
  const { work, page } = anna;
  await page.setViewportSize({ width: 1366, height: 800 });
  await work.details.waitFor();
  await work.reply.focus();
  await press("Alt+d");
  await gone();
  await press("Alt+d");
  await work.details.waitFor();
  await page.keyboard.type(" more");
  expect(await work.reply.inputValue()).toBe("half a sentence more");
  await press("Escape");
  expect(await work.details.isVisible()).toBe(true);
});
