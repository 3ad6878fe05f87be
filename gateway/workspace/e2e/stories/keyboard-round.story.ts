// Tab goes once round the whole page and is caught nowhere; what goes away under the focus does not take it along (S103).
import { beforeAll, expect, test } from "vitest";
import { inChat, type Seat } from "../conversation";
import { focused, focusShows } from "../focus";
import { Stage } from "../stage";

let stage: Stage;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open({
    operators: [{ login: "anna" }],
    names: { "demo-fb": { 0: { first: "Maya", last: "Lindqvist" }, 1: { first: "Otto", last: "Berg" } } },
  });
  anna = await inChat(stage, "anna", stage.customer("demo-fb"), "Good morning");
  await anna.work.send("Good morning!");
  await stage.customer("demo-fb", 1).text("Is anybody there?");
  await anna.work.acceptButton("Otto Berg").waitFor();
});

/** Every stop of the focus, from outside of the page until it leaves it again. */
async function round(key: "Tab" | "Shift+Tab"): Promise<string[]> {
  const { page } = anna;
  for (let i = 0; i < 60 && (await focused(page)) !== "nowhere"; i++) await page.keyboard.press(key);
  const stops: string[] = [];
  for (;;) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    if (stop === "nowhere" || stops.length === 60) return stops;
    await focusShows(page);
    stops.push(stop);
  }
}

test("Tab comes to everything that can be done, always in sight, and out of the page again", async () => {
  const stops = await round("Tab");
  expect(stops.length).toBeLessThan(60);
  for (const part of [
    "Skip to the chat",
    "input Active",
    "Settings",
    "Profile of Anna Orlova",
    "Accept the chat with Otto Berg",
    "Decline the chat with Otto Berg",
    "Maya Lindqvist",
    "Finish the chat with Maya Lindqvist",
    "Transfer",
    "log Messages of Maya Lindqvist",
    "Attach files",
    "textarea Reply",
    "Send",
    "Hide the contact",
  ]) {
    expect(
      stops.some((s) => s.includes(part)),
      `${part} in ${stops.join(", ")}`,
    ).toBe(true);
  }
  expect((await round("Shift+Tab")).length).toBe(stops.length);
});

test("the first stop leads past everything into the chat", async () => {
  const { page } = anna;
  for (let i = 0; i < 60 && (await focused(page)) !== "nowhere"; i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("a Skip to the chat");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("chat");
  await anna.work.opened("Maya Lindqvist");
});

test("an offer that is declined, or taken by somebody else, leaves the focus in the list", async () => {
  const { page, work } = anna;
  await work.acceptButton("Otto Berg").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await work.offers.getByText("Declined").waitFor();
  await expect.poll(() => focused(page)).not.toBe("nowhere");
  await focusShows(page);

  await stage.customer("demo-wa").text("And I?");
  const { name } = await stage.customer("demo-wa").profile();
  await work.acceptButton(name).focus();
  const boris = await inChat(stage, "boris", stage.customer("demo-wa", 1), "Me too");
  await boris.work.accept(name);
  await work.offers.getByText("Taken by Boris Wolff").first().waitFor();
  await expect.poll(() => focused(page)).not.toBe("nowhere");
  await focusShows(page);
});
