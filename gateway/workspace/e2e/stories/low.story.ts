// Where a page is low, at 200 % and 400 % of a small screen, a reply pushes nothing out of it (WCAG 1.4.4, 1.4.10; S103).
import type { Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { Stage } from "../stage";

/** Two lines of a message. */
const twoLines = 44;

let anna: Seat;

beforeAll(async () => {
  const stage = await Stage.open({ names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" } } } });
  const maya = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", maya, "Good morning");
  for (let i = 1; i <= 8; i++) await maya.text(`And something else, the ${i}. thing`);
  const { work } = anna;
  await work.message("the 8. thing").hover();
  await work.message("the 8. thing").getByRole("button", { name: "Reply to this message" }).click();
  const files = [1, 2, 3, 4].map((n) => ({
    name: `page ${n}.txt`,
    mimeType: "text/plain",
    buffer: Buffer.from(`${n}`),
  }));
  await work.attach(...files);
  await work.reply.fill(Array.from({ length: 30 }, (_, i) => `Line ${i + 1} of a long answer`).join("\n"));
});

/** How much of an element's height is in the page. */
const seen = (part: Locator) =>
  part.evaluate((e) => {
    const { top, bottom } = e.getBoundingClientRect();
    return Math.round(Math.min(bottom, window.innerHeight) - Math.max(top, 0));
  });
/** How far an element goes beyond the page's lower or upper edge. */
const beyond = (part: Locator) =>
  part.evaluate((e) => {
    const { top, bottom } = e.getBoundingClientRect();
    return Math.round(Math.max(bottom - window.innerHeight, -top, 0));
  });

test.each([
  { width: 683, height: 384, messages: twoLines },
  { width: 640, height: 360, messages: twoLines },
  { width: 320, height: 256, messages: 12 },
])("thirty lines, a quote and four files on $width x $height", async ({ width, height, messages }) => {
  const { work, page } = anna;
  await page.setViewportSize({ width, height });
  const parts = { field: work.reply, send: work.sendButton, name: work.name };
  for (const [name, part] of Object.entries(parts)) {
    await expect.poll(() => beyond(part), { message: `${name} is in the page`, timeout: 5_000 }).toBe(0);
  }
  await expect.poll(() => seen(work.messages), { timeout: 5_000 }).toBeGreaterThanOrEqual(messages);
  expect(await seen(work.reply)).toBeGreaterThanOrEqual(32);
  expect(await seen(work.tray)).toBeGreaterThanOrEqual(16);
  const scrolls = (part: Locator) => part.evaluate((e) => e.scrollHeight > e.clientHeight);
  expect(await scrolls(work.messages)).toBe(true);
  expect(await scrolls(work.tray)).toBe(true);
  expect(await scrolls(work.reply)).toBe(true);
});

test("where there is room the field has its eight lines as ever", async () => {
  const { work, page } = anna;
  await page.setViewportSize({ width: 1366, height: 768 });
  await expect.poll(() => seen(work.reply)).toBeGreaterThan(8 * 19);
  expect(await seen(work.messages)).toBeGreaterThan(200);
});
