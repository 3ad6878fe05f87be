// Being told while one looks elsewhere (S101).
import { beforeAll, beforeEach, expect, test } from "vitest";
import { type Desk, operator } from "../browser";
import { cardsOf, look, pressCard, senses, tonesOf } from "../senses";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let desk: Desk;
let anna: Workspace;
let zoe: Customer;

beforeAll(async () => {
  stage = await Stage.open({
    names: {
      "demo-wa": {
        0: { first: "Zoe", last: "Young" },
        1: { first: "Paul", last: "Stone" },
        4: { first: "Rita", last: "Moss" },
      },
    },
  });
  zoe = stage.customer("demo-wa", 0);
  desk = await operator(stage, "anna", { init: senses });
  anna = new Workspace(desk.page);
  await anna.turn("Active");
});

beforeEach(() => look(anna.page, true));

/** Titles of the notifications so far, and of those that are still shown. */
const plain = (title: string) => title.replaceAll(/[\u2068\u2069]/g, "");
const titles = async () => (await cardsOf(anna.page)).map((c) => plain(c.title));
const shown = async () => (await cardsOf(anna.page)).filter((c) => !c.closed).map((c) => plain(c.title));

test("a press on the notification of an offer accepts it", async () => {
  await look(anna.page, false);
  await zoe.text("one");
  await expect.poll(titles).toEqual(["New chat: Zoe Young"]);
  await pressCard(anna.page);
  await anna.opened("Zoe Young");
  await anna.message("one").waitFor();
});

test("a message in one's chat rings only while nobody looks, and goes when somebody does", async () => {
  await zoe.text("two");
  await anna.message("two").waitFor();
  await look(anna.page, false);
  await zoe.text("three");
  await expect.poll(titles).toEqual(["New chat: Zoe Young", "Zoe Young"]);
  await expect.poll(() => tonesOf(anna.page, "message")).toBe(1);
  await anna.unread(anna.row("Zoe Young")).filter({ hasText: "1" }).waitFor();
  await expect.poll(() => anna.page.title()).toBe("(1) Parley");
  const icon = anna.page.locator("link[rel=icon]");
  await expect.poll(() => icon.getAttribute("href")).toMatch(/^blob:/);
  expect(await tonesOf(anna.page, "message"), "no second tone").toBe(1);

  await look(anna.page, true);
  await anna.unread(anna.row("Zoe Young")).waitFor({ state: "detached" });
  await expect.poll(async () => (await cardsOf(anna.page)).at(-1)?.closed).toBe(true);
  await expect.poll(() => anna.page.title()).toBe("Parley");
  await expect.poll(() => icon.getAttribute("href")).toBe("/favicon.svg");
});

test("nothing rings for a tab out of sight while another one is looked at", async () => {
  const tab = await desk.tab();
  await new Workspace(tab).row("Zoe Young").waitFor();
  await look(anna.page, false);
  const before = [await tonesOf(anna.page, "message"), (await titles()).length];
  await zoe.text("four");
  await anna.message("four").waitFor();
  await new Workspace(tab).row("four").waitFor();
  expect([await tonesOf(anna.page, "message"), (await titles()).length]).toEqual(before);
  expect(await cardsOf(tab)).toEqual([]);
  await Promise.all([tab.waitForEvent("close"), tab.close({ runBeforeUnload: true })]);
});

test("a press on the notification of a message opens its chat", async () => {
  await stage.customer("demo-wa", 1).text("elsewhere");
  await anna.accept("Paul Stone");
  await look(anna.page, false);
  await zoe.text("five");
  await expect.poll(shown).toEqual(["Zoe Young"]);
  await look(anna.page, true);
  await pressCard(anna.page);
  await anna.opened("Zoe Young");
});

test("what the customer takes back or changes is not left standing in a notification", async () => {
  await look(anna.page, false);
  const shownBodies = async () => (await cardsOf(anna.page)).filter((c) => !c.closed).map((c) => c.body);
  const tones = await tonesOf(anna.page, "message");
  const first = await zoe.text("at six");
  await expect.poll(shownBodies).toContain("at six");
  await zoe.edit(first, "at seven");
  await expect.poll(shownBodies).toContain("at seven");
  expect(await shownBodies()).not.toContain("at six");
  await zoe.delete(first);
  await expect.poll(shownBodies).not.toContain("at seven");
  expect(await tonesOf(anna.page, "message")).toBeLessThanOrEqual(tones + 1);
});

test("in quiet mode nothing rings, and the title goes on counting", async () => {
  const heard = async () => [
    await tonesOf(anna.page, "offer"),
    await tonesOf(anna.page, "message"),
    (await titles()).length,
  ];
  await anna.header.getByRole("button", { name: /^Quiet/ }).click();
  await look(anna.page, false);
  const before = await heard();
  await zoe.text("six");
  await stage.customer("demo-wa", 2).text("a new one");
  await anna.offer("a new one").waitFor();
  await expect.poll(() => anna.page.title()).toBe("(2) Parley");
  expect(await heard()).toEqual(before);
});

test("a tab that may not sound yet says so, until the first gesture", async () => {
  const tab = new Workspace(await desk.tab());
  await tab.header.getByRole("button", { name: /^Quiet/ }).press("Enter"); // quiet was on; a key is a gesture, too
  const silent = new Workspace(await desk.tab());
  const hint = silent.header.getByRole("button", { name: "Sound is off until you click here" });
  await hint.waitFor();
  await silent.name.or(silent.chat).first().click();
  await hint.waitFor({ state: "detached" });
});

test("whoever hears the page hears what is said in the open chat, and of other chats that there is something", async () => {
  await anna.page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const region = document.querySelector("[role=log][aria-label=Announcements]");
    const hear = () => region?.textContent && heard.push(region.textContent);
    if (region !== null) new MutationObserver(hear).observe(region, { childList: true, subtree: true });
  });
  const heard = async () => ((await anna.page.evaluate("window.heard")) as string[]).map(plain);
  await zoe.text("five");
  await expect.poll(heard).toEqual(["Zoe Young: five"]);
  const rita = stage.customer("demo-wa", 4);
  await rita.image();
  await expect.poll(heard).toContain("New chat: Rita Moss");
  await anna.offer("Image").waitFor(); // its preview in the words of the page
  await anna.accept("Rita Moss");
  await zoe.text("six");
  await expect.poll(heard).toContain("New message: Zoe Young");
  // Nothing stays there: a customer may take back what he wrote.
  await expect.poll(() => anna.page.getByRole("log", { name: "Announcements" }).textContent()).toBe("");
});
