// The server goes away under an operator's hands and comes back (S36, S102, I5, I6).
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { inChat, mark, type Seat, says, stayed, tall, texts } from "../conversation";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let customer: Customer;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open();
  customer = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", customer, "Hello", { viewport: tall });
  await mark(anna.page);
});

test("a server that is killed loses no word of an operator's and says none twice", async () => {
  const { page, work } = anna;
  const sent: string[] = [];
  const answer = async () => {
    sent.push(`answer ${sent.length + 1}`);
    await work.send(sent.at(-1) ?? "");
  };

  for (let n = 0; n < 5; n++) await answer();
  const dying = stage.kill();
  for (let n = 0; n < 8; n++) await answer();
  await dying;
  await says(work, "What you type is kept.");
  await answer();
  await customer.text("Are you still there?", { wait: false });
  await customer.text("Hello???", { wait: false });
  await work.reply.pressSequentially("I was just about to say");
  await stage.start();
  await says(work, "Connected again");

  await expect.poll(() => texts(work)).toHaveLength(1 + sent.length + 2);
  const read = await texts(work);
  expect(read.filter((t) => t.startsWith("answer"))).toEqual(sent);
  expect(read.filter((t) => !t.startsWith("answer"))).toEqual(["Hello", "Are you still there?", "Hello???"]);
  await arrived(sent);
  expect(await work.reply.inputValue()).toBe("I was just about to say");
  expect(await stayed(page)).toBe(true);

  // The server has the same: another device shows it.
  const desk = await operator(stage, "anna", { viewport: tall });
  const elsewhere = new Workspace(desk.page);
  await desk.page.goto(page.url());
  await expect.poll(() => elsewhere.reply.inputValue()).toBe("I was just about to say");
  await expect.poll(() => texts(elsewhere)).toEqual(read);
});

/**
 * Waits until the customer has all of it, each once. Of what was on its way to the provider when the server died nobody
 * knows whether it arrived: the page says so, nothing is sent twice by itself, and the operator sends it again.
 */
async function arrived(sent: readonly string[]): Promise<void> {
  const { work } = anna;
  const open = work.messages
    .getByRole("article")
    .filter({ has: work.page.getByRole("button", { name: "Send again" }) });
  const read = work.messages.getByRole("img", { name: "Read", exact: true });
  await expect.poll(async () => (await read.count()) + (await open.count())).toBe(sent.length);
  const has = async () => (await customer.profile()).answers.map((a) => a.text);
  const first = await has();
  expect(first).toEqual(sent.filter((text) => first.includes(text)));
  const missing = sent.filter((text) => !first.includes(text));
  for (const text of missing) await open.filter({ hasText: text }).getByRole("button", { name: "Send again" }).click();
  await expect.poll(has).toEqual([...first, ...missing]);
}

test("a restart is told as one; status, offers, chats and drafts stand as before", async () => {
  const { page, work } = anna;
  const waiting = stage.customer("demo-wa");
  await waiting.text("I wait");
  const { name } = await waiting.profile();
  await work.acceptButton(name).waitFor();

  await stage.stop();
  await says(work, /The server is restarting|The server cannot be reached/);
  await stage.start();
  await says(work, "Connected again");
  await expect.poll(() => work.status("Active").isChecked()).toBe(true);
  expect(await work.reply.inputValue()).toBe("I was just about to say");
  await work.accept(name);
  await expect.poll(() => texts(work)).toEqual(["I wait"]);
  await expect.poll(() => work.chats.getByRole("listitem").count()).toBe(2);
  expect(await stayed(page)).toBe(true);
});
