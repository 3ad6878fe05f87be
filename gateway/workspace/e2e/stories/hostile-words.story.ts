// Names and texts of people who try to break the page, or whose writing is merely not English.
import type { Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

const endless = "W".repeat(10_000);
/** By number of the customer; every name must be shown as it is. */
const names = [
  { first: "<script>window.__pwned=1</script>", last: "<img src=x onerror=window.__pwned=1>" },
  { first: "\u202Egnp.exe", last: "\u2066Mallory" },
  { first: "محمد", last: "عبد الله" },
  { first: "שרה", last: "לוי" },
  { first: "👩‍👩‍👧‍👦🏳️‍🌈", last: "Z\u200Ba\u200Dl\u0336g\u0335o\u0301\u0302\u0303\u0304" },
  { first: "N".repeat(400), last: "[link](javascript:alert(1))" },
];
const texts = [
  "<script>window.__pwned = 1</script>",
  '<img src="x" onerror="window.__pwned=1"><svg onload="window.__pwned=1"><iframe srcdoc="<script>top.__pwned=1</script>">',
  "javascript:window.__pwned=1 JaVaScRiPt://evil.example/%0awindow.__pwned=1 data:text/html,<script>1</script>",
  "[a link](javascript:window.__pwned=1) ![x](x onerror=window.__pwned=1) **bold** `code` <b>bold</b>",
  "\u202Etxet desrever\u202C and back",
  "مرحبا، أين طلبي رقم 12345 من shop.example؟",
  "שלום, איפה ההזמנה שלי?",
  "a\u0000b\u0007c\u001b[31md\u200B\u200B\u200Be\uFEFF\u2028f",
  "👨‍👩‍👧‍👦🏴‍☠️🇺🇳👍🏽".repeat(50),
  `{{name}} \${name} %s &lt;b&gt; &amp;amp;`,
];

let stage: Stage;
let anna: Workspace;
let mallory: Customer;

beforeAll(async () => {
  stage = await Stage.open({
    settings: { simultaneous_chats: 0 },
    names: { "demo-wa": Object.fromEntries(names.entries()) },
  });
  mallory = stage.customer("demo-wa", 0);
  anna = new Workspace((await operator(stage, "anna")).page);
  await anna.turn("Active");
});

/** No script of theirs ran, and the page is no wider than its window. */
async function unharmed(): Promise<void> {
  const page = await anna.page.evaluate(() => ({
    pwned: "__pwned" in window,
    wide: document.documentElement.scrollWidth - window.innerWidth,
    alien: document.querySelectorAll("iframe, object, embed, body script:not([src])").length,
  }));
  expect(page).toEqual({ pwned: false, wide: 0, alien: 0 });
}

/** Nothing is drawn beyond what holds it. */
async function within(holder: Locator): Promise<void> {
  const over = await holder.evaluate((h) => {
    const right = h.getBoundingClientRect().right + 1;
    const cut = (e: Element | null): boolean =>
      e !== null && e !== h && (getComputedStyle(e).overflowX !== "visible" || cut(e.parentElement));
    return [...h.querySelectorAll("*")]
      .filter((e) => e.getBoundingClientRect().right > right && !cut(e.parentElement))
      .map((e) => `${e.tagName}.${e.className} ${e.textContent?.slice(0, 40)}`);
  });
  expect(over).toEqual([]);
}

test("names are letters, whatever they spell, in the row and in the chat", async () => {
  for (const n of names.keys()) await stage.customer("demo-wa", n).text(`hello from ${n}`);
  for (const [n, { first, last }] of names.entries()) {
    const row = anna.offer(`hello from ${n}`);
    await row.waitFor();
    expect(await row.locator("bdi").textContent()).toBe(`${first} ${last}`);
  }
  await within(anna.offers);
  await unharmed();
  for (const n of names.keys()) {
    const accept = anna.offer(`hello from ${n}`).getByRole("button", { name: /^Accept/ });
    await accept.hover(); // the list has come to rest under the pointer before it is pressed
    await accept.click();
    await anna.message(`hello from ${n}`).waitFor();
    await within(anna.chat);
    await within(anna.details);
  }
  await within(anna.chats);
  await unharmed();
});

test("texts are letters, too", async () => {
  await anna.row(`${names[0]?.first}`).locator("[data-row]").click();
  for (const text of texts) {
    await mallory.text(text);
    const shown = text.replaceAll(/\p{Cc}/gu, ".?");
    await anna
      .message(new RegExp(escaped(shown.slice(0, 60))))
      .last()
      .waitFor();
    await unharmed();
  }
  await within(anna.chat);
  expect(await anna.messages.locator("p b, p strong, p code, p img, p svg").count()).toBe(0);
  await anna.message("&lt;b&gt; &amp;amp;").waitFor();
});

test("a word of ten thousand letters breaks its lines, not the page", async () => {
  await mallory.text(endless.slice(0, 4_096)); // the most that WhatsApp takes
  await stage.customer("demo-wa", 1).text(endless.slice(0, 4_096));
  await anna.message("WWWW").waitFor();
  await anna.row("WWWW").first().waitFor();
  await within(anna.chat);
  await within(anna.chats);
  await anna.reply.fill(endless);
  await within(anna.chat);
  await unharmed();
  await anna.page.setViewportSize({ width: 320, height: 640 });
  await within(anna.chat);
  await unharmed();
  await anna.page.setViewportSize({ width: 1366, height: 768 });
  await anna.reply.fill("");
});

test("web addresses alone are links, and lead away from the page without a trace of it", async () => {
  await mallory.text("see https://shop.example/a?b=c&d=<e>\"' and javascript:alert(1), http://user:pass@evil.example/");
  const line = anna.message("see https://shop.example");
  await line.waitFor();
  const links = anna.messages.locator("article p a");
  for (const link of await links.all()) {
    expect(await link.getAttribute("href")).toMatch(/^https?:\/\//);
    expect(await link.getAttribute("target")).toBe("_blank");
    expect(await link.getAttribute("rel")).toMatch(/noopener noreferrer/);
  }
  await expect.poll(() => line.getByRole("link").first().getAttribute("href")).toBe("https://shop.example/a?b=c&d=");
});

function escaped(text: string): string {
  return text
    .replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")
    .replaceAll("\\.\\?", ".?")
    .replaceAll(/\s+/g, "\\s*");
}
