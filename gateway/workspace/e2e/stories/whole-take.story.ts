// The job of an operator, from the sign-in to the first answer (S10-S12, S32, S36, S38, S101).
import { beforeAll, expect, test } from "vitest";
import { type Desk, operator } from "../browser";
import { cardsOf, senses, tonesOf } from "../senses";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let desk: Desk;
let anna: Workspace;
let grace: Customer;

beforeAll(async () => {
  stage = await Stage.open({
    receipt_delay: "300ms",
    names: { "demo-fb": { 0: { first: "Grace", last: "Walker" } } },
  });
  grace = stage.customer("demo-fb", 0);
  desk = await operator(stage, "anna", { init: senses });
  anna = new Workspace(desk.page);
});

test("the first sign-in finds her Inactive, and nothing is offered until she turns Active", async () => {
  await expect.poll(() => anna.status("Inactive").isChecked()).toBe(true);
  await grace.text("Good morning");
  await grace.text("Where is my parcel?");
  await anna.header.getByText("1 chat waits in your queues").first().waitFor({ state: "attached" });
  expect(await anna.offer("Grace Walker").count()).toBe(0);
  await anna.turn("Active");
  await anna.offer("Grace Walker").waitFor();
});

test("the offer rings and shows a notification; the row shows the preview alone", async () => {
  await expect.poll(() => tonesOf(desk.page, "offer")).toBe(1);
  const cards = () => cardsOf(desk.page);
  await expect.poll(cards).toEqual([
    expect.objectContaining({
      title: expect.stringContaining("Grace Walker"),
      body: expect.stringContaining("parcel"),
    }),
  ]);
  await anna.offer("Where is my parcel?").waitFor();
  expect(await desk.page.getByText("Good morning").count()).toBe(0);
  await expect.poll(() => desk.page.title()).toBe("(1) Parley");
});

test("accepted from its row the chat opens, is read, and the customer's provider hears nothing of that", async () => {
  await anna.accept("Grace Walker");
  await anna.message("Good morning").waitFor();
  await anna.message("Where is my parcel?").waitFor();
  expect(
    await anna
      .offer("Grace Walker")
      .filter({ has: desk.page.getByRole("button") })
      .count(),
  ).toBe(0);
  await anna.row("Grace Walker").waitFor();
  await anna.unread(anna.row("Grace Walker")).waitFor({ state: "detached" });
  await expect.poll(async () => (await cardsOf(desk.page))[0]?.closed).toBe(true);
  await expect.poll(() => desk.page.title()).toBe("Parley");
  expect((await grace.profile()).actions.filter((a) => a.kind.includes("seen"))).toEqual([]);
});

test("an answer reaches the customer, and its mark moves forward to read", async () => {
  const marks = anna.message("It arrives today.").locator("[data-state]");
  await anna.send("It arrives today.");
  const seen: (string | null)[] = [];
  await expect
    .poll(
      async () => {
        const mark = await marks.first().getAttribute("data-state");
        if (mark !== seen.at(-1)) seen.push(mark);
        return mark;
      },
      { interval: 20 },
    )
    .toBe("read");
  const order = ["queued", "sent", "delivered", "read"];
  expect(seen).toEqual(order.slice(order.length - seen.length));
  expect(seen.length).toBeGreaterThan(1);
  expect((await grace.answers(1)).map((a) => a.text)).toEqual(["It arrives today."]);
});

test("a draft is there in a second tab and on a second device, and goes when it is sent", async () => {
  const tab = new Workspace(await desk.tab());
  const device = new Workspace((await operator(stage, "anna")).page);
  for (const other of [tab, device]) await other.open("Grace Walker");
  await anna.reply.fill("Anything else");
  for (const other of [tab, device]) await expect.poll(() => other.reply.inputValue()).toBe("Anything else");
  await device.reply.press("End");
  await device.reply.pressSequentially("?");
  for (const other of [anna, tab]) await expect.poll(() => other.reply.inputValue()).toBe("Anything else?");
  await device.reply.press("Enter");
  for (const other of [anna, tab, device]) {
    await other.message("Anything else?").waitFor();
    await expect.poll(() => other.reply.inputValue()).toBe("");
  }
  expect((await grace.answers(2)).map((a) => a.text)).toEqual(["It arrives today.", "Anything else?"]);
});
