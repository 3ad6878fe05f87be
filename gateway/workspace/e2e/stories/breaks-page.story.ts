// The page itself goes away: it is loaded again, or its browser is closed (S36, S102).
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { inChat, type Seat, tall, texts } from "../conversation";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let customer: Customer;
let anna: Seat;
const sent = Array.from({ length: 6 }, (_, n) => `answer ${n + 1}`);

beforeAll(async () => {
  stage = await Stage.open();
  customer = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", customer, "Hello", { viewport: tall });
});

test("a page that is loaded again while it sends loses nothing and doubles nothing", async () => {
  const { page, work } = anna;
  for (const text of sent.slice(0, 3)) await work.send(text);
  await page.reload();
  await work.reply.waitFor();
  await stage.network("stalled"); // the rest is on its way, nobody knows how far
  for (const text of sent.slice(3)) await work.send(text);
  await work.reply.fill("half a sen");
  const loaded = page.reload();
  await stage.network(true);
  await loaded;

  await expect.poll(() => texts(work)).toEqual(["Hello", ...sent]);
  expect((await customer.answers(sent.length)).map((a) => a.text)).toEqual(sent);
  expect(await work.reply.inputValue()).toBe("half a sen");
  expect((await customer.profile()).answers).toHaveLength(sent.length);
});

test("a browser that was closed finds chats and drafts when it is opened again", async () => {
  const { desk, page, work } = anna;
  const { name } = await customer.profile();
  await work.reply.press("End");
  await work.reply.pressSequentially("tence, ple");
  const chat = new URL(page.url()).pathname.replace("/chat/", "/api/v1/chats/");
  const kept = async () => ((await (await page.request.get(stage.url + chat)).json()) as { draft: string }).draft;
  await expect.poll(kept).toBe("half a sentence, ple");
  await desk.close();

  const again = new Workspace((await operator(stage, "anna", { viewport: tall })).page);
  await again.row(name).getByText("Draft: half a sentence, ple").waitFor();
  await again.open(name);
  await expect.poll(() => texts(again)).toEqual(["Hello", ...sent]);
  expect(await again.reply.inputValue()).toBe("half a sentence, ple");
});
