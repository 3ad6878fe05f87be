// A question over the page: while the server is asked, when it cannot be asked, and when somebody thinks better of it (S34, S40-S43).
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { focused } from "../focus";
import { Stage } from "../stage";

let stage: Stage;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Maria", last: "Gomez" } } } });
  anna = await inChat(stage, "anna", stage.customer("demo-wa"), "I want to buy");
});

test("a finish that is cancelled leaves everything as it was, and the cursor in the reply", async () => {
  const { page, work } = anna;
  await work.reply.fill("half a sen");
  await page.keyboard.press("Alt+f");
  await work.dialog.getByText("Your unsent reply will be lost.").waitFor();
  await page.keyboard.press("Escape");
  await work.dialog.waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("textarea Reply");
  await page.keyboard.type("tence");
  expect(await work.reply.inputValue()).toBe("half a sentence");
  await work.reply.fill("");
});

test("a transfer that the network cut short keeps whom and why, and says that it is not known what became of it", async () => {
  const { page, work } = anna;
  await work.chat.getByRole("button", { name: "Transfer", exact: true }).click();
  await work.target("Boris Wolff").click();
  await work.dialog.getByRole("textbox", { name: /^Note/ }).fill("She wants a discount");
  await stage.network("stalled");
  await page.keyboard.press("Control+Enter");
  await work.dialog.locator("[data-loading]").first().waitFor();
  await page.keyboard.press("Escape"); // nobody would hear the answer
  await stage.network(false);
  await work.dialog.getByRole("alert").getByText("The connection broke.").waitFor();
  expect(await work.dialog.getByRole("textbox", { name: /^Note/ }).inputValue()).toBe("She wants a discount");
});

test("back again it is handed over by one press", async () => {
  const { work } = anna;
  await stage.network(true);
  await work.connected();
  const boris = await inChat(stage, "boris", stage.customer("demo-wa", 1), "Hello");
  const hers = work.row("Maria Gomez").filter({ has: work.page.getByRole("button") });
  await hers.waitFor(); // the server never heard of it
  await work.dialog.getByRole("button", { name: "Transfer", exact: true }).click();
  await work.dialog.waitFor({ state: "detached" });
  await boris.work.open("Maria Gomez");
  await boris.work.message("Note from Anna Orlova").filter({ hasText: "She wants a discount" }).waitFor();
});
