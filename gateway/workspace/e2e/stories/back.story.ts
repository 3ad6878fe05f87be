// Back on a telephone: from a chat to the lists, and no step that does nothing (S103).
import { expect, test } from "vitest";
import { inChat } from "../conversation";
import { Stage } from "../stage";

test("rounds of lists, chat and lists leave no dead steps; Back leaves no dialog over the lists", async () => {
  const stage = await Stage.open({ names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } } });
  const customer = stage.customer("demo-fb");
  const { page, work } = await inChat(stage, "anna", customer, "Hello", { viewport: { width: 390, height: 800 } });
  const toLists = async () => {
    await page.getByRole("button", { name: "Back to the lists" }).click();
    await work.row("Maya Lindqvist").waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/");
  };
  const steps = () => page.evaluate("history.length");
  const first = await steps();
  for (let i = 0; i < 3; i++) {
    await toLists();
    await work.open("Maya Lindqvist");
  }
  expect(await steps()).toBe(first);
  await work.chat.getByRole("button", { name: "Transfer", exact: true }).click();
  await work.target("Support").waitFor();
  await page.goBack();
  await work.row("Maya Lindqvist").waitFor();
  await work.dialog.waitFor({ state: "detached" });
  await page.goForward(); // the one step there is leads to the chat again
  await work.opened("Maya Lindqvist");
});
