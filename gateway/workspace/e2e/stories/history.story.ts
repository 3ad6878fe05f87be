// A conversation of several hundred messages: read upwards page by page, left and found again (S45, S100).
import { beforeAll, expect, test, vi } from "vitest";
import { inChat, type Seat } from "../conversation";
import { below, inSight, settled, stayedInSight } from "../sight";
import { Stage } from "../stage";

const total = 120;
const names = { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" }, 1: { first: "Otto", last: "Berg" } } };

let stage: Stage;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open({ names });
  await stage.load({ rate: total, seconds: 1, customers: 1, text: "line" });
  await vi.waitUntil(async () => (await stage.loaded()).finished, { timeout: 30_000 });
  anna = await inChat(stage, "anna", stage.customer("demo-fb"), "the last of them");
});

/** Goes up so far that the next page is asked for. */
function nearTheTop(): Promise<void> {
  return anna.work.messages.evaluate((list) => list.scrollTo(0, 240));
}

test("opened, it shows its end", async () => {
  await anna.work.message("the last of them").waitFor();
  await settled(anna.work.messages);
  expect(await below(anna.work.messages)).toBeLessThan(2);
});

test("a page that is put above moves nothing that is in sight", async () => {
  const { messages } = anna.work;
  for (let page = 1; page <= 2; page++) {
    await stage.network("stalled"); // the page is asked for and does not come yet
    await nearTheTop();
    await settled(messages);
    const before = await inSight(messages);
    const height = await messages.evaluate((list) => list.scrollHeight);
    expect(before.length).toBeGreaterThan(5);
    await stage.network(true);
    await expect.poll(() => messages.evaluate((list) => list.scrollHeight)).toBeGreaterThan(height + 500);
    await stayedInSight(messages, before);
  }
});

test("upwards it reaches the beginning, and every message is there once and in order", async () => {
  const { messages } = anna.work;
  const read = new Map<string, number>(); // text -> how far from the end of the conversation it stands
  await messages.focus();
  await expect
    .poll(async () => {
      await messages.press("Home");
      await settled(messages);
      return messages.getByText("The conversation begins here.").isVisible();
    })
    .toBe(true);
  for (;;) {
    await settled(messages);
    const top = await messages.evaluate((list) => list.scrollTop);
    for (const { text, y } of await inSight(messages)) read.set(text, top + y);
    if ((await below(messages)) < 2) break;
    await messages.press("PageDown");
  }
  const inOrder = [...read].sort((a, b) => a[1] - b[1]).map(([text]) => text);
  expect(inOrder).toEqual([...Array.from({ length: total }, (_, n) => `line ${n + 1}`), "the last of them"]);
});

test("what comes while one reads above is counted, moves nothing, and is one press away", async () => {
  const { work, page } = anna;
  await work.messages.press("PageUp");
  await work.messages.press("PageUp");
  await settled(work.messages);
  const before = await inSight(work.messages);
  for (const text of ["one more", "another", "and another"]) await stage.customer("demo-fb").text(text);
  const pill = work.chat.getByRole("button", { name: "3 new messages" });
  await pill.waitFor();
  await work.unread(work.row("Maya Lindqvist")).getByText("3").waitFor();
  await stayedInSight(work.messages, before);
  await pill.click();
  await work.message("and another").last().waitFor();
  await expect.poll(() => below(work.messages)).toBeLessThan(2);
  await pill.waitFor({ state: "detached" });
  await work.unread(work.row("Maya Lindqvist")).waitFor({ state: "detached" });
  await stage.customer("demo-fb").text("followed"); // the end was in sight, so it stays there
  await work.message("followed").waitFor();
  await expect.poll(() => below(work.messages)).toBeLessThan(2);
  expect(await page.getByRole("button", { name: /new message/ }).count()).toBe(0);
});

test("who comes back from another chat finds the place where he read", async () => {
  const { work } = anna;
  await stage.customer("demo-fb", 1).text("Hello from Otto");
  await work.messages.press("Home");
  await settled(work.messages);
  await work.messages.press("PageDown");
  await settled(work.messages);
  const before = await inSight(work.messages);
  await work.accept("Otto Berg");
  await work.message("Hello from Otto").waitFor();
  await work.open("Maya Lindqvist");
  await stayedInSight(work.messages, before);
});

test("after a transfer the whole conversation is one, with a line where it was handed over", async () => {
  await anna.work.transfer("Boris Wolff", "He asks about an invoice");
  const boris = await inChat(stage, "boris", stage.customer("demo-fb", 2), "Hello Boris");
  const { work } = boris;
  await work.open("Maya Lindqvist");
  await work.message("He asks about an invoice").waitFor();
  await work.messages.getByText("Transferred here").waitFor();
  await work.message("followed").waitFor();
  await work.messages.focus();
  await expect
    .poll(async () => {
      await work.messages.press("Home");
      await settled(work.messages);
      return work.messages.getByText("The conversation begins here.").isVisible();
    })
    .toBe(true);
  await expect.poll(async () => (await inSight(work.messages))[0]?.text).toBe("line 1");
});
