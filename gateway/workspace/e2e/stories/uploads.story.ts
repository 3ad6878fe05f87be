// Files on their way into a reply: what becomes of an upload is said, and nothing half uploaded is sent (S8, S36).
import type { Locator, Route } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let maya: Customer;
let anna: Seat;
/** Uploads that stand still until somebody decides; holds: whether those that begin do. */
const held: Route[] = [];
let holds = false;

beforeAll(async () => {
  const stage = await Stage.open();
  maya = stage.customer("demo-wa");
  anna = await inChat(stage, "anna", maya, "Send me the terms, please", {
    allow: [/net::ERR_FAILED/],
    before: (context) =>
      context.route("**/api/v1/files", async (route) => {
        if (holds) held.push(route);
        else await route.continue();
      }),
  });
});

const textFile = (name: string, text = "the terms") => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

const item = (name: string): Locator => anna.work.tray.getByRole("listitem").filter({ hasText: name });

/** Picks files without waiting for their uploads, which stand still. */
async function pick(...files: ReturnType<typeof textFile>[]): Promise<void> {
  const { page, work } = anna;
  holds = true;
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), work.attachButton.click()]);
  await chooser.setFiles(files);
  await expect.poll(() => held.length).toBe(files.length);
  holds = false;
}

test("while a file is uploaded nothing is sent, and the box says why", async () => {
  const { work } = anna;
  await pick(textFile("terms.txt"));
  await item("terms.txt").getByRole("progressbar").waitFor();
  await work.reply.fill("Here they are");
  await work.reply.press("Enter");
  await work.chat.getByText("Files are still being uploaded.").waitFor();
  expect(await work.reply.inputValue()).toBe("Here they are");
});

test("an upload that breaks says so, keeps the file, and goes on by one press", async () => {
  const { work } = anna;
  await held.shift()?.abort();
  await item("terms.txt").getByText("The upload was interrupted.").waitFor();
  await item("terms.txt").getByRole("button", { name: "Upload terms.txt again" }).click();
  await work.uploaded(1);
  await work.reply.press("Enter");
  const [answer] = await maya.answers(1);
  expect(answer).toMatchObject({ text: "Here they are", attachments: [{ name: "terms.txt", size: 9 }] });
  await work.tray.waitFor({ state: "detached" });
});

test("a file that is taken out again is uploaded no further, and the others go", async () => {
  const { page, work } = anna;
  const ended = page.waitForEvent("requestfailed", (r) => r.url().endsWith("/api/v1/files"));
  await pick(textFile("wrong.txt"), textFile("right.txt"));
  await item("wrong.txt").getByRole("button", { name: "Remove wrong.txt" }).click();
  expect((await ended).failure()?.errorText).toBe("net::ERR_ABORTED");
  for (const route of held.splice(0)) await route.continue().catch(() => {}); // the one of wrong.txt is no more
  await work.uploaded(1);
  await work.reply.press("Enter");
  const [, answer] = await maya.answers(2);
  expect(answer?.attachments.map((a) => a.name)).toEqual(["right.txt"]);
});

test("a page that is loaded again has what was uploaded, and says what was not", async () => {
  const { page, work } = anna;
  const asked = await maya.text("And the price list?");
  await work.message("And the price list?").hover();
  await work.message("And the price list?").getByRole("button", { name: "Reply to this message" }).click();
  await work.attach(textFile("ready.txt"));
  await pick(textFile("late.txt"));
  await page.reload();
  held.splice(0); // gone with the page
  await work.uploaded(2);
  await item("late.txt").getByText("Attach it again.").waitFor();
  expect(await item("late.txt").getByRole("button", { name: /again/ }).count()).toBe(0);
  await item("late.txt").getByRole("button", { name: "Remove late.txt" }).click();
  await work.reply.fill("At last");
  await work.reply.press("Enter");
  const answer = (await maya.answers(3)).at(-1);
  expect(answer).toMatchObject({ text: "At last", reply_to: asked.id, attachments: [{ name: "ready.txt" }] });
});

test("what the channel does not take is refused before it is uploaded, in words", async () => {
  const { work, page } = anna;
  const asked: string[] = [];
  page.on("request", (r) => void (r.url().endsWith("/api/v1/files") && asked.push(r.url())));
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), work.attachButton.click()]);
  await chooser.setFiles([textFile("empty.txt", "")]);
  await item("empty.txt").getByText("The file is empty.").waitFor();
  await work.reply.fill("And this");
  await work.reply.press("Enter");
  await work.chat.getByText("Remove the files that cannot be sent.").waitFor();
  await item("empty.txt").getByRole("button", { name: "Remove empty.txt" }).click();
  await work.reply.press("Enter");
  expect((await maya.answers(4)).at(-1)).toMatchObject({ text: "And this", attachments: [] });
  expect(asked).toEqual([]);
});
