// Nothing moves under the pointer, and what has gone goes when nobody is there (S27, S31).
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { Stage } from "../stage";
import { Workspace } from "../workspace";

const names = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"] as const;

let stage: Stage;
let anna: Workspace;
let boris: Workspace;

beforeAll(async () => {
  stage = await Stage.open({
    settings: { simultaneous_chats: 0 },
    names: { "demo-wa": Object.fromEntries(names.map((first, n) => [n, { first }])) },
  });
  anna = new Workspace((await operator(stage, "anna")).page);
  boris = new Workspace((await operator(stage, "boris")).page);
  for (const each of [anna, boris]) await each.turn("Active");
});

const writes = (n: number) => stage.customer("demo-wa", n).text(`I am ${names[n]}`);

async function topOf(name: string): Promise<number | undefined> {
  return (await anna.offer(name).boundingBox())?.y;
}

test("rows above are taken and new ones come: the row under the pointer stays, and a press accepts what was under it", async () => {
  for (const n of [0, 1, 2]) await writes(n);
  await anna.acceptButton("Charlie").waitFor();
  await anna.acceptButton("Bravo").hover();
  const top = await topOf("Bravo");

  await boris.accept("Alpha");
  await anna.offer("Alpha").getByText("Taken by Boris Wolff").waitFor();
  await writes(3);
  await anna.acceptButton("Delta").waitFor();
  expect(await topOf("Bravo")).toBe(top);

  await anna.page.mouse.down(); // where the pointer has been all the time
  await anna.page.mouse.up();
  await anna.opened("Bravo");
});

test("as soon as the pointer leaves, the list is as it should be", async () => {
  await anna.offer("Bravo").getByText("Accepted").waitFor();
  await anna.page.mouse.move(700, 5);
  for (const gone of ["Alpha", "Bravo"]) await anna.offer(gone).waitFor({ state: "detached" });
  expect(await anna.offers.locator("bdi").allTextContents()).toEqual(["Charlie", "Delta"]);
});

test("a row that is taken while the keys are in it keeps the focus, and lets go with it", async () => {
  await anna.offer("Charlie").locator("[data-row]").focus();
  await anna.page.keyboard.press("Tab");
  await expect.poll(() => anna.acceptButton("Charlie").evaluate((b) => b === document.activeElement)).toBe(true);
  await boris.accept("Charlie");
  await anna.offer("Charlie").getByText("Taken by Boris Wolff").waitFor();
  await anna.page.keyboard.press("ArrowDown");
  await anna.page.keyboard.press("Enter");
  await anna.opened("Delta");
  await anna.offers.getByText("No new chats.").waitFor();
});

test("the open chats keep their places, too, while the pointer is among them", async () => {
  await anna.row("Bravo").hover();
  const order = await anna.chats.locator("bdi").allTextContents();
  await stage.customer("demo-wa", order[0] === "Bravo" ? 3 : 1).text("once more");
  await anna.row("once more").waitFor();
  expect(await anna.chats.locator("bdi").allTextContents()).toEqual(order);
});
