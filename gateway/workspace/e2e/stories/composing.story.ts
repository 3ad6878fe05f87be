// Writing with an input method: Enter chooses a word before it means anything to the page (S100).
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let haruka: Customer;
let anna: Seat;

beforeAll(async () => {
  const stage = await Stage.open();
  haruka = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", haruka, "こんにちは");
});

test("Enter ends the word that is being composed and sends nothing; the next one sends", async () => {
  const { page, work } = anna;
  const keyboard = await page.context().newCDPSession(page);
  await work.reply.focus();
  await keyboard.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
  await expect.poll(() => work.reply.inputValue()).toBe("にほん");
  // As an input method passes it on: a key without a letter, in the middle of a composition.
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 } as const;
  await keyboard.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter });
  await keyboard.send("Input.dispatchKeyEvent", { type: "keyUp", ...enter });
  expect(await work.reply.inputValue()).toBe("にほん");
  await keyboard.send("Input.insertText", { text: "日本" });
  await expect.poll(() => work.reply.inputValue()).toBe("日本");
  await page.keyboard.press("Enter");
  expect((await haruka.answers(1)).map((a) => a.text)).toEqual(["日本"]);
});
