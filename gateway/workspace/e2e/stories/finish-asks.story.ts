// Finishing asks about what is at stake while it asks, and a message on its way is an answer (S34).
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let stage: Stage;
let maya: Customer;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open({ names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } } });
  maya = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", maya, "Are you open today?");
});

/** Notes every dialog that comes up from now on, however shortly. */
const watchDialogs = () =>
  anna.page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { dialogsSeen: seen });
    const look = () => {
      for (const d of document.querySelectorAll("[role=dialog]")) seen.push(d.textContent ?? "");
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
const write = async (text: string) => {
  await anna.work.reply.fill(text);
  await anna.page.keyboard.press("Enter");
};
/** The customer writes again and the new chat is opened. */
const again = async (text: string) => {
  await maya.text(text);
  await anna.work.accept("Maya Lindqvist");
  await anna.work.message(text).waitFor(); // the finished chat has her name, too
  await anna.work.reply.waitFor();
};

test("Enter and Alt+F at once: the answer goes and the chat is finished, without a question", async () => {
  const { work, page } = anna;
  await watchDialogs();
  await work.reply.fill("Until six.");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Alt+f");
  await work.chat.getByText("You have finished this chat.").waitFor();
  expect((await maya.answers(1)).map((a) => a.text)).toEqual(["Until six."]);
  // A machine that is slow for a moment may say that it waits.
  expect(String(await page.evaluate("window.dialogsSeen"))).not.toContain("has not been answered");
});

test("while the line is slow it says that it waits; Escape stops it", async () => {
  const { work, page } = anna;
  await again("And tomorrow?");
  await stage.network("stalled");
  await write("Until four.");
  await page.keyboard.press("Alt+f");
  await work.dialog.getByText("The chat will be finished as soon as they have arrived.").waitFor();
  expect(await work.dialog.getByText("has not been answered").count()).toBe(0);
  await page.keyboard.press("Escape");
  await work.dialog.waitFor({ state: "detached" });
  await stage.network(true);
  await maya.answers(2);
  await work.mark(work.message("Until four."), "Read").waitFor();
  expect(await work.reply.count()).toBe(1);
});

test("and without Escape it finishes by itself when the answer has arrived", async () => {
  const { work, page } = anna;
  await stage.network("stalled");
  await write("Closed on Sundays.");
  await page.keyboard.press("Alt+f");
  await work.dialog.getByText("The chat will be finished as soon as they have arrived.").waitFor();
  await stage.network(true);
  await work.chat.getByText("You have finished this chat.").waitFor();
  await work.dialog.waitFor({ state: "detached" });
  expect((await maya.answers(3)).at(-1)?.text).toBe("Closed on Sundays.");
});

test("a question follows what happens: a customer who writes again is one more reason to ask", async () => {
  const { work, page } = anna;
  await again("Good morning");
  await work.send("Good morning, Maya");
  await maya.answers(4);
  await work.reply.fill("One more thing");
  await page.keyboard.press("Alt+f");
  await work.dialog.getByText("Your unsent reply will be lost.").waitFor();
  expect(await work.dialog.getByText("has not been answered").count()).toBe(0);
  await maya.text("Are you there?");
  await work.dialog.getByText("The customer's last message has not been answered.").waitFor();
  await work.dialog.getByRole("button", { name: "Cancel" }).click();
});
