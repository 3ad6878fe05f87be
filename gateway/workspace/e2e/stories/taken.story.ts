// One's own messages do not move when the server takes them: they look on their way as they will look then (S38, S100).
import type { Locator, WebSocketRoute } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let omar: Customer;
let anna: Seat;
let nameOfAnna: string;
/** What the server says, while it is held back; null lets it through. */
let held: (() => void)[] | null = null;

beforeAll(async () => {
  const stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Omar", last: "Haddad" } } } });
  omar = stage.customer("demo-wa");
  nameOfAnna = stage.signIns.find((s) => s.login === "anna")?.name ?? "";
  anna = await inChat(stage, "anna", omar, "Which lid is it?", {
    before: (context) => context.routeWebSocket("**", between),
  });
  await anna.work.message("Which lid is it?").waitFor();
});

function between(page: WebSocketRoute): void {
  const server = page.connectToServer();
  server.onMessage((frame) => {
    if (held === null) page.send(frame);
    else held.push(() => page.send(frame));
  });
}

/** Sends what stands in the reply box, and measures its line while it is on its way and when the server has it. */
async function sent(line: Locator, meanwhile = async () => {}): Promise<{ before: Place; after: Place }> {
  const { work } = anna;
  held = [];
  await work.reply.press("Enter");
  await line.getByText("Sending…").waitFor();
  await drawn(line);
  const before = await placeOf(line);
  await meanwhile();
  const late = held;
  held = null;
  for (const say of late) say();
  await line.locator("time").waitFor();
  await drawn(line);
  return { before, after: await placeOf(line) };
}

interface Place {
  readonly height: number;
  /** Where the line before it stands. */
  readonly above: number;
}

function placeOf(line: Locator): Promise<Place> {
  return line.evaluate((article) => {
    const all = [...document.querySelectorAll("[role=log] article")];
    const above = all[all.indexOf(article) - 1]?.getBoundingClientRect().top ?? 0;
    return { height: article.getBoundingClientRect().height, above };
  });
}

/** Waits until the pictures of a line have been drawn and its place has stayed for some frames. */
function drawn(line: Locator): Promise<void> {
  return line.evaluate(async (article) => {
    for (let same = 0, was = Number.NaN; same < 5; ) {
      await new Promise(requestAnimationFrame);
      const { top } = article.getBoundingClientRect();
      const there = [...article.querySelectorAll("img")].every((img) => img.complete);
      same = there && top === was ? same + 1 : 0;
      was = top;
    }
  });
}

function expectSame({ before, after }: { before: Place; after: Place }): void {
  expect(Math.abs(after.height - before.height), `${before.height} to ${after.height}`).toBeLessThanOrEqual(1);
  expect(Math.abs(after.above - before.above), "the line above").toBeLessThanOrEqual(1);
}

test("a first answer has its author's name at once", async () => {
  const { work } = anna;
  await work.reply.fill("The red one");
  const line = work.message("The red one");
  expectSame(await sent(line));
  await line.getByText(nameOfAnna).waitFor();
});

test("a second one stands with the first at once", async () => {
  const { work } = anna;
  await work.reply.fill("I am sure");
  expectSame(await sent(work.message("I am sure")));
});

test("an answer to a message has its quote at once", async () => {
  const { work } = anna;
  await work.message("Which lid is it?").first().hover();
  await work.message("Which lid is it?").first().getByRole("button", { name: "Reply to this message" }).click();
  await work.reply.fill("Not the green one");
  const line = work.message("Not the green one");
  expectSame(await sent(line));
  await line.getByRole("button", { name: /Which lid is it/ }).waitFor();
});

test("a picture has its place at once, and is not drawn anew", async () => {
  const { page, work } = anna;
  const png = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(40, 30);
    canvas.getContext("2d")?.fillRect(0, 0, 20, 20);
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer())];
  });
  await work.attach({ name: "lid.png", mimeType: "image/png", buffer: Buffer.from(png) });
  await work.reply.fill("It looks like this");
  const line = work.message("It looks like this");
  const picture = line.getByRole("img", { name: /^Picture from/ });
  expectSame(await sent(line, () => picture.evaluate((img) => img.setAttribute("data-drawn-before", ""))));
  expect(await picture.getAttribute("data-drawn-before")).toBe("");
});
