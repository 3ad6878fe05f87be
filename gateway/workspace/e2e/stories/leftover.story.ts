// What was typed and has no reply box any more: it is given back, once, and never sent by itself (S36).
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let maya: Customer;
let noah: Customer;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open({
    names: {
      "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } },
      "demo-wa": { 0: { first: "Noah", last: "Carter" } },
    },
  });
  maya = stage.customer("demo-fb");
  noah = stage.customer("demo-wa");
  anna = await inChat(stage, "anna", maya, "Hello");
});

const idOf = (page: Page) => new URL(page.url()).pathname.replace("/chat/", "");

/** Closes a chat as an administrator does, over the API. */
async function close(chat: string): Promise<void> {
  const { login } = stage.signIns.find((s) => s.roles.includes("administrator")) ?? { login: "" };
  const administrator = await operator(stage, login);
  const address = `${stage.url}/api/v1/chats/${chat}/close`;
  const answer = await administrator.page.request.post(address, { headers: { Origin: stage.url } });
  expect(answer.ok()).toBe(true);
  await administrator.close();
}

const texts = (work: Workspace) => work.notices.getByRole("list", { name: "Texts that were not sent" });
const card = (work: Workspace, name: string) => texts(work).getByRole("listitem").filter({ hasText: name });
const typed = (work: Workspace, name: string) => card(work, name).getByRole("textbox", { name: "Your unsent reply" });

test("chats that an administrator closes give back what stood in their boxes, after a reload too", async () => {
  const { work, page } = anna;
  await work.reply.fill("I have looked into it");
  await noah.text("Are you there?");
  await work.accept("Noah Carter");
  await work.reply.fill("Just a moment");
  for (const name of ["Maya Lindqvist", "Noah Carter"]) {
    await work.open(name);
    await close(idOf(page));
  }
  await expect.poll(() => typed(work, "Maya Lindqvist").inputValue()).toBe("I have looked into it");
  expect(await typed(work, "Noah Carter").inputValue()).toBe("Just a moment");
  await page.reload();
  await work.connected();
  await expect.poll(() => texts(work).getByRole("listitem").count()).toBe(2);
  expect(await typed(work, "Noah Carter").inputValue()).toBe("Just a moment");
});

test("a text goes when it was dismissed, or copied", async () => {
  const { work, page } = anna;
  await card(work, "Noah Carter").getByRole("button", { name: "Discard this text" }).click();
  await card(work, "Noah Carter").waitFor({ state: "detached" });
  await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))");
  const copy = card(work, "Maya Lindqvist").getByRole("button", { name: "Copy the text" });
  await copy.click();
  await expect.poll(() => page.evaluate("String(getSelection())")).toBe("I have looked into it");
  await page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }");
  await copy.click();
  await texts(work).waitFor({ state: "detached" });
  expect(await page.evaluate("window.copied")).toBe("I have looked into it");
});

test("a file that stood there alone marks its row as a draft, and the card of a chat that went names it", async () => {
  const { work, page } = anna;
  await noah.text("Can I have the contract?");
  await work.accept("Noah Carter");
  const chat = idOf(page);
  await work.attach({ name: "contract.txt", mimeType: "text/plain", buffer: Buffer.from("We agree.") });
  await maya.text("Good evening");
  await work.accept("Maya Lindqvist");
  await work.row("Noah Carter").getByText("Draft: contract.txt", { exact: true }).waitFor();
  await close(chat);
  await card(work, "Noah Carter").getByText("contract.txt", { exact: true }).waitFor();
  await card(work, "Noah Carter").getByRole("button", { name: "Discard this text" }).click();
  await texts(work).waitFor({ state: "detached" });
});

test("a draft that was sent elsewhere while this browser was closed does not come back", async () => {
  const { desk, work } = anna;
  await maya.text("And now?");
  await work.message("And now?").waitFor();
  await stage.network("stalled"); // what the browser tells the server in its last moment is on its way
  await work.reply.fill("From here");
  await expect.poll(() => work.page.evaluate("JSON.stringify(localStorage)")).toContain("From here");
  await work.page.close();
  await stage.network(true);

  const other = new Workspace((await operator(stage, "anna")).page);
  await other.open("Maya Lindqvist");
  await other.send("From there");
  expect((await maya.answers(1)).at(-1)?.text).toBe("From there");

  const again = new Workspace(await desk.tab());
  await again.open("Maya Lindqvist");
  await again.message("From there").waitFor();
  await again.notice("The reply was changed or sent on another device.").waitFor();
  await expect.poll(() => again.reply.inputValue()).toBe("");
  expect(await typed(again, "Maya Lindqvist").inputValue()).toBe("From here");
});
