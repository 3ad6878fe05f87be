// The network between browser and server is cut, goes away, falls silent, and comes back (S102).
import { beforeAll, expect, test } from "vitest";
import { inChat, mark, type Seat, says, stayed, tall, texts } from "../conversation";
import { type Customer, Stage } from "../stage";

let stage: Stage;
let customer: Customer;
let anna: Seat;
/** The conversation so far. */
const said = ["Hello"];

beforeAll(async () => {
  stage = await Stage.open();
  customer = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", customer, "Hello", {
    viewport: tall,
    allow: [/net::ERR_INTERNET_DISCONNECTED/],
    before: (context) => context.clock.install(),
  });
  await mark(anna.page);
});

const answers = async (n: number) => (await customer.answers(n)).map((a) => a.text);

test("a cut: what is sent waits for the network, what is written meanwhile comes once", async () => {
  const { work } = anna;
  await work.send("one");
  expect(await answers(1)).toEqual(["one"]);
  await stage.network(false);
  await says(work, "What you type is kept.");
  await customer.text("two");
  await work.send("four");
  await work.send("five");
  await expect.poll(() => work.message("Waits for the connection").count()).toBe(2);
  await customer.text("three");
  await stage.network(true);
  await says(work, "Connected again, nothing was missed.");

  said.push("one", "two", "three", "four", "five");
  await expect.poll(() => texts(work)).toEqual(said);
  expect(await answers(3)).toEqual(["one", "four", "five"]);
});

test("a browser that goes offline says so, and goes on when it is back", async () => {
  const { work, desk } = anna;
  await desk.context.setOffline(true);
  await says(work, "No network.");
  await work.send("seven");
  await customer.text("six");
  await desk.context.setOffline(false);

  said.push("six", "seven");
  await expect.poll(() => texts(work)).toEqual(said);
  expect((await answers(4)).at(-1)).toBe("seven");
});

test("a laptop that slept: the line is there, nothing comes, and the page does not believe it", async () => {
  const { work, page } = anna;
  await stage.network("stalled");
  await customer.text("eight");
  await work.send("nine");
  await work.reply.fill("and then");
  await page.clock.fastForward(30_000); // nothing for longer than the server ever keeps silent
  await says(work, "Nothing has come from the server for a while.");
  await stage.network(true);
  await says(work, "Connected again");

  said.push("eight", "nine");
  await expect.poll(() => texts(work)).toEqual(said);
  expect(await answers(5)).toEqual(["one", "four", "five", "seven", "nine"]);
  expect(await work.reply.inputValue()).toBe("and then");
  expect(await stayed(page)).toBe(true);
});
