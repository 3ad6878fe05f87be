// The end of a chat, and what comes after it (S3, S34, S36, S80).
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let anna: Workspace;
let noah: Customer;

beforeAll(async () => {
  const stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Noah", last: "Carter" } } } });
  noah = stage.customer("demo-wa", 0);
  anna = new Workspace((await operator(stage, "anna")).page);
  await anna.turn("Active");
});

test("answered, a chat is finished from its head at once; it stays to be read, and nothing can be sent", async () => {
  await noah.text("Are you open today?");
  await anna.accept("Noah Carter");
  await anna.send("Until six.");
  await noah.answers(1);
  await anna.finish(false);
  await anna.message("Until six.").waitFor();
  expect(await anna.reply.count()).toBe(0);
  await anna.chats.getByText("No chats in progress.").waitFor();
});

test("the customer's next message opens a new chat, and the first is found under the earlier ones", async () => {
  await noah.text("And tomorrow?");
  await anna.accept("Noah Carter");
  await anna.message("And tomorrow?").waitFor();
  expect(await anna.message("Are you open today?").count()).toBe(0);
  await anna.details.getByRole("button", { name: /Are you open today\?/ }).click();
  await anna.dialog.getByText("Until six.").waitFor();
  await anna.page.keyboard.press("Escape");
  await anna.dialog.waitFor({ state: "detached" });
});

test("what is at stake is asked for: an unanswered customer and an unsent reply", async () => {
  await anna.reply.fill("Closed on Sundays");
  await anna.row("Noah Carter").hover();
  await anna.row("Noah Carter").getByRole("button", { name: "Finish the chat with Noah Carter" }).click();
  await anna.dialog.getByText("The customer's last message has not been answered.").waitFor();
  await anna.dialog.getByText("Your unsent reply will be lost.").waitFor();
  await anna.dialog.getByRole("button", { name: "Cancel" }).click();
  await anna.dialog.waitFor({ state: "detached" });
  expect(await anna.reply.inputValue()).toBe("Closed on Sundays");
});

test("from its row a chat is finished without being open", async () => {
  await anna.reply.press("Enter");
  await noah.answers(2);
  await anna.page.goto(new URL("/", anna.page.url()).href);
  await anna.row("Noah Carter").hover();
  await anna.row("Noah Carter").getByRole("button", { name: "Finish the chat with Noah Carter" }).click();
  await anna.chats.getByText("No chats in progress.").or(anna.row("Not yours any more")).first().waitFor();
  await noah.text("Thanks");
  await anna.accept("Noah Carter");
  await expect.poll(() => anna.details.getByRole("button", { name: /Messenger|WhatsApp/ }).count()).toBe(2);
});
