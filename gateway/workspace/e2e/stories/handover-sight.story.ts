// A chat is handed to whom the dialog shows, and to nobody who was picked and is out of sight (S41).
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { Stage } from "../stage";

let anna: Seat;

beforeAll(async () => {
  const stage = await Stage.open({ names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } } });
  anna = await inChat(stage, "anna", stage.customer("demo-fb"), "Hello");
});

const picked = () => anna.work.dialog.getByRole("option", { selected: true });

test("what is typed takes back what it no longer shows; neither a key nor the button hands over", async () => {
  const { work, page } = anna;
  await page.keyboard.press("Alt+t");
  await work.target("Support").click();
  await work.dialog.getByText("The customer waits in Support").waitFor();
  await page.keyboard.type("boris");
  await work.target("Support").waitFor({ state: "detached" });
  await work.dialog.getByText("Choose who gets the chat.").waitFor();
  await page.keyboard.press("Control+Enter");
  await work.dialog.getByRole("button", { name: "Transfer", exact: true }).click({ force: true }); // it says that it is disabled
  await work.dialog.getByRole("combobox").fill("");
  await work.target("Support").waitFor();
  expect(await picked().count(), "what was taken back does not come again by itself").toBe(0);
});

test("Enter picks the one that is shown, and it stays picked while it is shown", async () => {
  const { work, page } = anna;
  await work.dialog.getByRole("combobox").focus();
  await page.keyboard.type("bor");
  await page.keyboard.press("Enter");
  await page.keyboard.type("is");
  await picked().filter({ hasText: "Boris Wolff" }).waitFor();
  await page.keyboard.press("Control+Enter");
  await work.dialog.waitFor({ state: "detached" });
});
