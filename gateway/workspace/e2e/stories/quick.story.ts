// Quick replies: found by two slashes, filled in for the chat, and never sent with a blank (S37).
import { beforeAll, expect, test } from "vitest";
import { expectAccess } from "../axe";
import { inChat, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";

let stage: Stage;
let grace: Customer;
let anna: Seat;

const list = () => anna.page.getByRole("listbox", { name: "Quick replies" });
const row = (name: string) => list().getByRole("option").filter({ hasText: name });
/** What the reply box marks for its keys. */
const marked = () => list().getByRole("option", { selected: true });
const text = () => anna.work.reply.inputValue();
const answers = async () => (await grace.profile()).answers.map((a) => a.text);

beforeAll(async () => {
  stage = await Stage.open({
    templates: [
      {
        id: "hello",
        name: "Greeting",
        texts: {
          en: "Hello {{contact.name}}, this is {{operator.name}}. How can I help?",
          ru: "Здравствуйте, {{contact.name}}!",
        },
      },
      { id: "bye", name: "Goodbye", texts: { en: "Thank you for writing to {{queue.name}}.\nHave a good day!" } },
      { id: "phone", name: "Ask for the number", texts: { en: "Is {{contact.phone}} still your number? Greetings!" } },
    ],
    names: { "demo-fb": { 0: { first: "Grace", last: "Walker" } } },
  });
  grace = stage.customer("demo-fb");
  anna = await inChat(stage, "anna", grace, "Where is my parcel?");
});

test("two slashes find templates by name and text; Enter takes one and sends nothing, the next Enter sends", async () => {
  const { page, work } = anna;
  await work.reply.pressSequentially("//greet");
  await row("Ask for the number").waitFor(); // its text has the word
  await expect.poll(() => list().getByRole("option").count()).toBe(2);
  await expect.poll(() => marked().textContent()).toContain("Greeting"); // the name comes before the text
  await page.keyboard.press("Enter");
  await expect.poll(text).toBe("Hello Grace Walker, this is Anna Orlova. How can I help?");
  await list().waitFor({ state: "detached" });
  expect(await answers()).toEqual([]);
  await page.keyboard.press("Enter");
  await work.message("Hello Grace Walker, this is Anna Orlova").waitFor();
  expect((await grace.answers(1)).map((a) => a.text)).toEqual([
    "Hello Grace Walker, this is Anna Orlova. How can I help?",
  ]);
});

test("in the middle of a text, by the pointer; Ctrl+Z takes it back", async () => {
  const { page, work } = anna;
  await work.reply.fill("It is on its way.  See you!");
  await work.reply.focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < "It is on its way. ".length; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.type("//good");
  await row("Goodbye").click();
  const whole = "It is on its way. Thank you for writing to Support.\nHave a good day! See you!";
  await expect.poll(text).toBe(whole);
  expect(await work.reply.evaluate((f) => f === document.activeElement)).toBe(true);
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(text).toContain("//good");
  await work.reply.fill("");
});

test("whoever types faster than the server answers takes the first one all the same", async () => {
  const { page, work } = anna;
  await work.reply.focus();
  await page.keyboard.type("//goodbye\n"); // Enter at once
  await expect.poll(text).toBe("Thank you for writing to Support.\nHave a good day!");
  await work.reply.fill("");
});

test("a macro without a value is marked, and nothing is sent until it is filled in", async () => {
  const { page, work } = anna;
  await work.reply.pressSequentially("//number");
  await expect.poll(() => marked().textContent()).toContain("{{contact.phone}}");
  await page.keyboard.press("Tab");
  await expect.poll(text).not.toContain("//");
  const selected = () =>
    work.reply.evaluate((f: HTMLTextAreaElement) => f.value.slice(f.selectionStart, f.selectionEnd));
  expect(await selected()).toBe("{{contact.phone}}");
  await work.chat.getByText("Fill in {{contact.phone}} first.").waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  expect(await selected()).toBe("{{contact.phone}}"); // Enter goes to what is missing
  expect(await answers()).toHaveLength(1);
  await page.keyboard.type("+44 20 7946 0000");
  await page.keyboard.press("Enter");
  await grace.answers(2);
  expect((await answers())[1]).toBe("Is +44 20 7946 0000 still your number? Greetings!");
});

test("what nobody finds is not sent by Enter; Escape keeps it as text, or takes empty slashes away", async () => {
  const { page, work } = anna;
  await work.reply.pressSequentially("//nothing like it");
  await work.chat.getByText("No quick reply found. Escape keeps what you typed.").waitFor();
  await page.keyboard.press("Enter");
  expect(await text()).toBe("//nothing like it");
  await page.keyboard.press("Escape");
  await work.chat.getByText("No quick reply found").waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await grace.answers(3);
  expect((await answers())[2]).toBe("//nothing like it");

  await work.chat.getByRole("button", { name: "Quick replies (//)" }).click();
  await expect.poll(() => list().getByRole("option").count()).toBe(3);
  await page.keyboard.press("Escape");
  await list().waitFor({ state: "detached" });
  expect(await text()).toBe("");
  await page.keyboard.press("Alt+p");
  await row("Goodbye").waitFor();
  await expectAccess(page, "quick replies");
  await page.keyboard.press("Escape");
});

test("an address is an address", async () => {
  const { work } = anna;
  await work.reply.fill("");
  await work.reply.pressSequentially("see https://example.com//a");
  expect(await list().count()).toBe(0);
  await work.reply.fill("");
});

test("a customer who speaks Russian gets the Russian text where there is one", async () => {
  const maria = stage.customer("demo-tg", 1);
  const boris = await inChat(stage, "boris", maria, "Где моя посылка?");
  await boris.work.reply.pressSequentially("//");
  const options = boris.page.getByRole("listbox", { name: "Quick replies" }).getByRole("option");
  await options.filter({ hasText: "Здравствуйте" }).waitFor();
  await expect.poll(() => options.count()).toBe(3); // the others are there in the language of the house
});
