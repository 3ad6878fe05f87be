// The whole job with no pointer at all (S103): nothing here moves a mouse.
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { texts } from "../conversation";
import { focused, focusShows } from "../focus";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let page: Page;
let work: Workspace;
let maya: Customer;
let otto: Customer;
let nadia: Customer;

beforeAll(async () => {
  stage = await Stage.open({
    operators: [{ login: "anna" }],
    names: {
      "demo-fb": {
        0: { first: "Maya", last: "Lindqvist" },
        1: { first: "Otto", last: "Berg" },
        2: { first: "Nadia", last: "Haddad" },
      },
    },
  });
  [maya, otto, nadia] = [0, 1, 2].map((n) => stage.customer("demo-fb", n)) as [Customer, Customer, Customer];
  page = (await operator(stage, "anna", { signIn: false })).page;
  work = new Workspace(page);
});

const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const write = (text: string) => page.keyboard.type(text);

test("signs in: the cursor waits in the first field", async () => {
  await expect.poll(() => focused(page)).toBe("input Login");
  await focusShows(page);
  await write("anna");
  await press("Tab");
  await write(stage.passwordOf("anna"));
  await press("Enter");
  await work.connected();
});

test("turns Active by tabbing to the status", async () => {
  for (let i = 0; i < 3 && (await focused(page)) !== "input Inactive"; i++) await press("Tab");
  expect(await focused(page)).toBe("input Inactive");
  await focusShows(page);
  await press("ArrowLeft");
  await expect.poll(() => work.status("Active").isChecked()).toBe(true);
});

test("accepts by Enter on the row, reads, answers", async () => {
  await maya.text("My parcel has not come");
  await work.offer("Maya Lindqvist").waitFor();
  await press("Alt+l");
  await focusShows(page);
  await press("Enter");
  await work.opened("Maya Lindqvist");
  await expect.poll(() => focused(page)).toBe("textarea Reply");
  await focusShows(page);
  await write("I am looking");
  await press("Enter");
  expect((await maya.answers(1)).map((a) => a.text)).toEqual(["I am looking"]);
});

test("letters and question marks in the reply box are text and nothing else", async () => {
  await write("jk? Really? ");
  await press("ArrowUp", "ArrowDown", "Shift+Enter");
  await write("/n e a?");
  expect(await work.reply.inputValue()).toBe("jk? Really? \n/n e a?");
  expect(await work.dialog.count()).toBe(0);
  expect((await maya.profile()).answers).toHaveLength(1);
  await press("Control+a", "Delete");
});

test("accepts the oldest with Alt+A, counts chats with Alt+1 to 9, goes to whoever waits with Alt+N", async () => {
  await otto.text("Invoice 4711?");
  await work.offer("Otto Berg").waitFor();
  await work.status("Active").focus(); // where a press on the status leaves it
  await press("Alt+a");
  await work.opened("Otto Berg");
  await expect.poll(() => focused(page)).toBe("textarea Reply");
  await nadia.text("Hello");
  await work.offer("Nadia Haddad").waitFor();
  await press("Alt+a");
  await work.opened("Nadia Haddad");

  const names = await work.chats.locator("[data-row] bdi").allInnerTexts();
  expect(names, "in the frame in which a chat opens it has its row").toHaveLength(3);
  for (const [n, name] of names.entries()) {
    await press(`Alt+${n + 1}`);
    await work.opened(name);
  }
  await press("Alt+n");
  await work.opened("Otto Berg"); // he has waited longest
  await write("It is on its way");
  await press("Enter");
  await expect.poll(() => texts(work)).toEqual(["Invoice 4711?", "It is on its way"]);
  await press("Alt+n");
  await work.opened("Nadia Haddad");
});

test("finds a chat in the palette, and gives the focus back when it is closed", async () => {
  await write("Dear N");
  await press("Control+k");
  await expect.poll(() => focused(page)).toContain("combobox");
  await press("Escape");
  await work.dialog.waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("textarea Reply");
  await press("Control+k");
  await write("lindq"); // at once: not a letter of it may go into the reply
  await press("Enter");
  await work.opened("Maya Lindqvist");
  await expect.poll(() => focused(page)).toBe("textarea Reply");
  await work.row("Nadia Haddad").getByText("Draft: Dear N", { exact: true }).waitFor();
});

test("moves through the lists with J and K, and sees the map of keys with ?", async () => {
  await press("Alt+l", "k");
  const first = await focused(page);
  await press("j");
  await expect.poll(() => focused(page)).not.toBe(first);
  await focusShows(page);
  const row = await focused(page);
  await press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await focusShows(page);
  for (let i = 0; i < 6; i++) await press("Tab"); // round and round, never behind the dialog
  expect(await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")).toBe(true);
  await press("Escape");
  await work.dialog.waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe(row);
  await focusShows(page);
});

test("hands a chat over: whom, why, and away it goes", async () => {
  await press("Control+k");
  await write("nadia");
  await press("Enter");
  await work.opened("Nadia Haddad");
  await press("Alt+t");
  await work.target("Boris Wolff").waitFor();
  await write("boris");
  await press("Enter", "Tab");
  await write("She speaks German");
  await press("Control+Enter");
  await work.dialog.waitFor({ state: "detached" });
  await work.row("Nadia Haddad").getByRole("button").first().waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).not.toBe("nowhere");
  await focusShows(page);
});

test("finishes a chat; the focus is not lost with it", async () => {
  await press("Control+k");
  await write("otto");
  await press("Enter");
  await work.opened("Otto Berg");
  await otto.text("Thank you!");
  await work.message("Thank you!").waitFor();
  await write("You are wel");
  await press("Alt+f", "Enter"); // the button that confirms has the focus, at once
  await work.chat.getByText("You have finished this chat.").waitFor();
  expect((await otto.profile()).answers.map((a) => a.text)).toEqual(["It is on its way"]);
  await expect.poll(() => focused(page)).not.toBe("nowhere");
  await focusShows(page);
});
