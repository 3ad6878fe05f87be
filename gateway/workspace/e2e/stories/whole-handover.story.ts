// Handing a chat to an operator and to a queue (S40-S46).
import { beforeAll, expect, test } from "vitest";
import { type Desk, operator } from "../browser";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let stage: Stage;
let anna: Workspace;
let boris: Workspace;
let clara: Workspace;
let maria: Customer;

beforeAll(async () => {
  stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Maria", last: "Gomez" } } } });
  maria = stage.customer("demo-wa", 0);
  const desks: Desk[] = [];
  for (const login of ["anna", "boris", "clara"]) desks.push(await operator(stage, login));
  [anna, boris, clara] = desks.map((d) => new Workspace(d.page)) as [Workspace, Workspace, Workspace];
  await anna.turn("Active");
  await maria.text("I want to buy");
  await anna.accept("Maria Gomez");
  await anna.send("How many?");
  await maria.answers(1);
});

test("to an operator, Inactive as he is: he has it at once, with all that was said and the note; she has it no more", async () => {
  await anna.reply.fill("half a thought");
  await anna.chat.getByRole("button", { name: "Transfer", exact: true }).click();
  await anna.dialog.getByText("Your unsent reply will be lost.").waitFor();
  await anna.target("Boris Wolff").filter({ hasText: "Inactive" }).waitFor();
  expect(await anna.target("Anna Orlova").count()).toBe(0);
  await anna.page.keyboard.press("Escape");
  await anna.reply.fill("");
  await anna.transfer("Boris Wolff", "She wants a discount");

  await boris.open("Maria Gomez");
  await boris.message("Note from Anna Orlova").filter({ hasText: "She wants a discount" }).waitFor();
  await boris.messages.getByText("Transferred here").waitFor();
  const said = await boris.messages.getByRole("article").allInnerTexts();
  const at = (text: string) => said.findIndex((line) => line.includes(text));
  expect([at("I want to buy"), at("How many?"), at("She wants a discount")]).toEqual([0, 1, 2]);

  await anna
    .row("Maria Gomez")
    .filter({ has: anna.page.getByRole("button") })
    .waitFor({ state: "detached" });
  await maria.text("A dozen");
  await boris.message("A dozen").waitFor();
  expect(await anna.page.getByText("A dozen").count()).toBe(0);
  await boris.send("Twelve it is");
  expect((await maria.answers(2)).at(-1)?.text).toBe("Twelve it is");
});

test("to a queue: it waits there, and whom the queue chooses has until the deadline", async () => {
  await boris.transfer("Sales", "Twelve pieces");
  await boris.row("Maria Gomez").waitFor({ state: "detached" });
  await expect
    .poll(() =>
      anna.header
        .getByText(/waits? in your queues/)
        .first()
        .textContent(),
    )
    .toContain("0 chats");
  await clara.header.getByText("1 chat waits in your queues").first().waitFor({ state: "attached" });
  expect(await clara.offer("Maria Gomez").count()).toBe(0);

  await clara.turn("Active");
  await clara.offer("Maria Gomez").waitFor();
  await clara
    .offer("Maria Gomez")
    .getByTitle(/left to accept$/)
    .waitFor();
  await clara.accept("Maria Gomez");
  await clara.message("Note from Boris Wolff").filter({ hasText: "Twelve pieces" }).waitFor();
  await clara.message("I want to buy").waitFor();
  expect(await clara.messages.getByText("Transferred here").count()).toBe(2);
  await clara.details.getByText("Boris Wolff").waitFor();
});

test("the note is for colleagues alone", async () => {
  const answers = await maria.answers(2);
  expect(answers.map((a) => a.text)).toEqual(["How many?", "Twelve it is"]);
});
