// A session that ends under the page, and what a sign-in says when it fails (S13, S14, S36).
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { inChat, mark, type Seat, stayed, texts } from "../conversation";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let maya: Customer;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open({ names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } } });
  maya = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", maya, "Is anybody there?");
});

const ended = (page: Page) => page.getByRole("dialog", { name: "Your session has ended" });

test("signed out in another tab: nothing of the customers stays to be read, and what was typed is there after the sign-in", async () => {
  const { page, work } = anna;
  await work.reply.fill("I have just looked");
  const other = new Workspace(await anna.desk.tab());
  await other.openProfile();
  await other.page.getByRole("button", { name: "Sign out" }).click();
  await other.page.getByRole("heading", { name: "Sign in to Parley" }).waitFor();

  await page.getByRole("heading", { name: "Sign in to Parley" }).waitFor();
  const seen = await page.locator("body").textContent();
  for (const word of ["Maya", "Is anybody there?", "I have just looked"]) expect(seen).not.toContain(word);
  await maya.text("Hello?");
  await anna.desk.signIn(page);
  await work.open("Maya Lindqvist");
  await expect.poll(() => texts(work)).toEqual(["Is anybody there?", "Hello?"]);
  await expect.poll(() => work.reply.inputValue()).toBe("I have just looked");
  await work.reply.press("Enter");
  expect((await maya.answers(1)).map((a) => a.text)).toEqual(["I have just looked"]);

  // The other tab has the session too, as soon as somebody looks at it.
  await other.page.bringToFront();
  await other.page.evaluate("window.dispatchEvent(new Event('focus'))");
  await other.row("Maya Lindqvist").waitFor();
  await other.page.close();
});

test("ended over the API while keys go down: nothing of it is lost, no shortcut works behind the sign-in", async () => {
  const { page, work } = anna;
  await mark(page);
  await work.reply.fill("half a");
  const answer = await page.request.delete(`${stage.url}/api/v1/session`, { headers: { Origin: stage.url } });
  expect(answer.ok()).toBe(true);
  await ended(page).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  expect(await page.getByRole("dialog").count()).toBe(1);
  await page.getByLabel("Password", { exact: true }).fill("wrong by far");
  await page.keyboard.press("Enter");
  await ended(page).getByRole("alert").getByText("This login and this password do not belong together.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(stage.passwordOf("anna"));
  await page.keyboard.press("Enter");
  await ended(page).waitFor({ state: "detached" });
  await work.connected();
  expect(await work.reply.inputValue()).toBe("half a");
  expect(await stayed(page)).toBe(true);
});

test("who signs in as somebody else sees nothing of whoever was here", async () => {
  const { page, work } = anna;
  await page.request.delete(`${stage.url}/api/v1/session`, { headers: { Origin: stage.url } });
  await ended(page).getByRole("button", { name: "Sign in as somebody else" }).click();
  await page.getByLabel("Login").fill("boris");
  await page.getByLabel("Password", { exact: true }).fill(stage.passwordOf("boris"));
  await page.keyboard.press("Enter");
  await ended(page).waitFor({ state: "detached" });
  await work.header.getByRole("button", { name: "Profile of Boris Wolff" }).waitFor();
  await work.connected();
  await work.chats.getByText("No chats in progress.").waitFor();
  const seen = (await page.locator("body").textContent()) + (await page.title()) + page.url();
  for (const word of ["Maya", "Lindqvist", "Hello?", "half a", "Anna", "/chat/"]) expect(seen).not.toContain(word);
});

test("a sign-in that fails says why", async () => {
  const desk = await operator(stage, "clara", { signIn: false, allow: [/status of (401|429)/] });
  const { page } = desk;
  const alert = page.getByRole("alert");
  const enter = async (password: string) => {
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await alert.getByText("Fill in both fields.").waitFor();
  await page.getByLabel("Login").fill("clara");
  await enter("not hers");
  await alert.getByText("This login and this password do not belong together.").waitFor();
  await stage.network(false);
  await enter("not hers");
  await alert.getByText("The server cannot be reached.").waitFor();
  await stage.network(true);
  await expect
    .poll(async () => {
      await enter("not hers");
      await page.getByRole("button", { name: "Sign in", exact: true }).and(page.locator(":enabled")).waitFor();
      return alert.textContent();
    })
    .toMatch("Too many attempts.");
  await page.getByRole("radio", { name: "Русский" }).press(" ");
  await alert.getByText("Слишком много попыток.").waitFor();
});
