// What axe-core can see of WCAG 2.2 AA, in the states of the page as a whole (S103).
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { expectAccess } from "../axe";
import { operator } from "../browser";
import { says } from "../conversation";
import { Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let page: Page;
let work: Workspace;

beforeAll(async () => {
  stage = await Stage.open({ queues: { support: { rule: "least_busy", members: ["anna"] } } });
  const desk = await operator(stage, "anna", { signIn: false, allow: [/status of 401/] });
  page = desk.page;
  work = new Workspace(page);
});

test("the sign-in, also when it fails", async () => {
  await page.getByLabel("Login").fill("anna");
  await page.getByLabel("Password", { exact: true }).fill("wrong by far");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await expectAccess(page, "sign-in");
});

test("nothing to do, and then offers", async () => {
  await page.getByLabel("Password", { exact: true }).fill(stage.passwordOf("anna"));
  await page.keyboard.press("Enter");
  await work.connected();
  await expectAccess(page, "empty");
  await work.turn("Active");
  for (const n of [0, 1, 2]) await stage.customer("demo-fb", n).text(`Good morning, it is me again, ${n}`);
  await expect.poll(() => work.offers.getByRole("listitem").count()).toBe(3);
  await expectAccess(page, "offers");
});

test("what lies over the page", async () => {
  await page.keyboard.press("Control+k");
  await work.dialog.getByRole("option").first().waitFor();
  await expectAccess(page, "palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await expectAccess(page, "key map");
  await page.keyboard.press("Escape");
  await work.header.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("dialog", { name: "Settings" }).waitFor();
  await expectAccess(page, "settings");
  await page.keyboard.press("Escape");
  await work.openProfile();
  await expectAccess(page, "profile");
  await page.keyboard.press("Escape");
});

test("without a connection", async () => {
  await stage.network(false);
  await says(work, "What you type is kept.");
  await expectAccess(page, "disconnected");
  await stage.network(true);
  await says(work, "Connected again");
  await expectAccess(page, "connected again");
});

test("a session that has ended", async () => {
  await page.request.delete(`${stage.url}/api/v1/session`, { headers: { Origin: stage.url } });
  await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
  await expectAccess(page, "session ended");
});
