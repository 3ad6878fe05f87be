// Two tabs of one browser and a second device show one truth (S12, S36).
import { beforeAll, expect, test } from "vitest";
import { type Desk, operator } from "../browser";
import { type Customer, Stage } from "../stage";
import { type Status, Workspace } from "../workspace";

let stage: Stage;
let desk: Desk;
let tab: Workspace;
let other: Workspace;
let device: Workspace;
let all: readonly Workspace[];
let liam: Customer;

beforeAll(async () => {
  stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Liam", last: "Hughes" } } } });
  liam = stage.customer("demo-wa", 0);
  desk = await operator(stage, "anna");
  tab = new Workspace(desk.page);
  other = new Workspace(await desk.tab());
  device = new Workspace((await operator(stage, "anna")).page);
  all = [tab, other, device];
});

async function agree(status: Status): Promise<void> {
  for (const each of all) await expect.poll(() => each.status(status).isChecked()).toBe(true);
}

test("the status is one, wherever it was set: in the header, the profile menu, another tab, another device", async () => {
  await agree("Inactive");
  await other.turn("Active");
  await agree("Active");
  const menu = await tab.openProfile();
  expect(await tab.status("Active", menu).isChecked()).toBe(true);
  await device.turn("Inactive");
  await agree("Inactive");
  await expect.poll(() => tab.status("Inactive", menu).isChecked()).toBe(true);
  await tab.turn("Active", menu);
  await agree("Active");
  await tab.page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
});

test("an offer is everywhere, and goes everywhere as soon as it is accepted in one place", async () => {
  await liam.text("one");
  for (const each of all) await each.acceptButton("Liam Hughes").waitFor();
  await device.accept("Liam Hughes");
  for (const each of all) await each.row("Liam Hughes").waitFor();
  for (const each of all) await each.acceptButton("Liam Hughes").waitFor({ state: "detached" });
  expect(await tab.chat.getByRole("log").count(), "what is open is each tab's own").toBe(0);
});

test("what was read, typed and sent in one place is so in the others", async () => {
  await device.row("Liam Hughes").waitFor();
  await device.page.goto(stage.url);
  await device.row("Liam Hughes").waitFor();
  await liam.text("two");
  await liam.text("three");
  for (const each of all) await each.unread(each.row("Liam Hughes")).filter({ hasText: "2" }).waitFor();
  await other.open("Liam Hughes");
  for (const each of all) await each.unread(each.row("Liam Hughes")).waitFor({ state: "detached" });

  await other.reply.fill("a long answ");
  for (const each of [tab, device]) await each.row("Liam Hughes").getByText("Draft: a long answ").waitFor();
  await device.open("Liam Hughes");
  await expect.poll(() => device.reply.inputValue()).toBe("a long answ");
  await other.send("a long answer");
  await device.message("a long answer").waitFor();
  await expect.poll(() => device.reply.inputValue()).toBe("");
  await tab.row("Liam Hughes").getByText("You: a long answer").waitFor();
  await liam.answers(1);
  for (const each of [other, device]) await each.mark(each.message("a long answer"), "Read").waitFor();
});

test("finished in one place it is over in all", async () => {
  await other.finish(false);
  await device.chat.getByText("You have finished this chat.").waitFor();
  for (const each of all) await each.page.getByRole("region", { name: "0 active chats" }).waitFor();
});

test("signed out in one tab, the other is signed out with it; the other device goes on", async () => {
  const menu = await tab.openProfile();
  await menu.getByRole("button", { name: "Sign out" }).click();
  await tab.page.getByRole("button", { name: "Sign in" }).waitFor();
  await other.page.getByRole("heading", { name: "Sign in to Parley" }).waitFor();
  await expect.poll(() => device.status("Active").isChecked()).toBe(true);
  await liam.text("four");
  await device.accept("Liam Hughes");
});
