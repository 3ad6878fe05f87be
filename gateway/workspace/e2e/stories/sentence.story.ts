// Whoever is in the middle of a sentence goes on with it, whatever becomes of the page (S33, S100).
import { beforeAll, expect, test } from "vitest";
import { type Desk, operator } from "../browser";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let stage: Stage;
let maya: Customer;
let anna: Seat;
let root: Desk;

/** What was said to a customer. */
const told = async (c: Customer) => (await c.profile()).answers.map((a) => a.text);

beforeAll(async () => {
  stage = await Stage.open({
    names: {
      "demo-wa": {
        0: { first: "Maya", last: "Lind" },
        2: { first: "Olga", last: "Noor" },
        4: { first: "Ivan", last: "Petit" },
      },
    },
  });
  maya = stage.customer("demo-wa", 0);
  root = await operator(stage, "root");
  anna = await inChat(stage, "anna", maya, "Where is my refund?");
});

test("the chat ends in the middle of a sentence: the rest of it accepts no chat and is said to nobody", async () => {
  const { page, work } = anna;
  const olga = stage.customer("demo-wa", 2);
  await olga.text("I am the next one");
  await work.offer("I am the next one").waitFor();
  await page.mouse.move(700, 400);
  await work.reply.focus();
  await page.keyboard.type("Dear Maya, your account");
  const chat = new URL(page.url()).pathname.replace(/^\/chat/, "/api/v1/chats");
  const closed = await root.page.request.post(`${stage.url}${chat}/close`, { headers: { Origin: stage.url } });
  expect(closed.ok()).toBe(true);
  await work.reply.waitFor({ state: "detached" });
  await page.keyboard.type(" number is DE00, j k joking? is that ok\n");
  await page.keyboard.press("Space");
  await olga.text("Is it my turn yet?"); // and what the keys might have done is done by then
  await work.offer("Is it my turn yet?").waitFor();
  expect(await work.chats.getByRole("listitem").count()).toBe(0);

  // Whoever goes there by hand has all keys.
  await page.keyboard.press("Alt+a");
  await work.opened("Olga Noor");
  expect(await work.reply.inputValue()).toBe("");
  expect(await told(olga)).toEqual([]);
});

test("an offer declined by the mouse takes the cursor from no reply", async () => {
  const { page, work } = anna;
  const ivan = stage.customer("demo-wa", 4);
  await ivan.text("Is it my turn?");
  await work.offer("Is it my turn?").waitFor();
  await work.reply.focus();
  await page.keyboard.type("I am ");
  await page.getByRole("button", { name: "Decline the chat with Ivan Petit" }).click();
  await page.keyboard.type("joking of course");
  expect(await work.reply.inputValue()).toBe("I am joking of course");
  await work.offer("Is it my turn?").waitFor({ state: "detached" });
  await page.keyboard.type(", just so");
  expect(await work.reply.inputValue()).toBe("I am joking of course, just so");
});
