// Two operators press Accept at the same moment (S21, S31, I2).
import { expect, test } from "vitest";
import { operator } from "../browser";
import { Stage } from "../stage";
import { Workspace } from "../workspace";

const chats = 8;
const nameOf = (n: number) => `Racer ${String.fromCharCode(65 + n)}`;
/** Long enough for two browsers to be told of it. */
const ahead = 250;

test("of two who accept at once one has the chat, the other is told who, and nothing stays behind", async () => {
  const names = Array.from({ length: chats }, (_, n) => [n, { first: nameOf(n) }]);
  const stage = await Stage.open({
    settings: { simultaneous_chats: 0 },
    names: { "demo-wa": Object.fromEntries(names) },
  });
  const anna = new Workspace((await operator(stage, "anna")).page);
  const boris = new Workspace((await operator(stage, "boris")).page);
  const both = [anna, boris];
  for (const each of both) await each.turn("Active");

  for (let n = 0; n < chats; n++) {
    const name = nameOf(n);
    await stage.customer("demo-wa", n).text(`It is ${name}`);
    for (const each of both) await each.acceptButton(name).hover();
    const at = Date.now() + ahead;
    await Promise.all(both.map((each) => pressAt(each, name, at)));
    const [hers, his] = await Promise.all(both.map((each) => outcome(each, name)));
    expect([hers, his], name).toEqual(hers === "mine" ? ["mine", "Anna Orlova"] : ["Boris Wolff", "mine"]);
    for (const each of both) {
      await each.page.mouse.move(700, 5);
      await each.offers.getByText("No new chats.").waitFor();
    }
  }

  const rows = async (each: Workspace) => each.chats.getByRole("listitem").count();
  expect((await rows(anna)) + (await rows(boris))).toBe(chats);
  for (const each of both) {
    await each.header.getByText(`: ${await rows(each)}, no limit`).waitFor({ state: "attached" });
  }
});

/** At a moment: two mice of one test press one after the other. */
async function pressAt(each: Workspace, name: string, at: number): Promise<void> {
  await each.acceptButton(name).evaluate((button: HTMLElement, moment) => {
    setTimeout(() => button.click(), moment - Date.now());
  }, at);
}

/** "mine", or who has the chat as its row says; the pointer is on it, so it stays. */
async function outcome(each: Workspace, name: string): Promise<string> {
  const mine = each.row(name).getByRole("button", { name: `Finish the chat with ${name}` });
  const taken = each.offer(name).getByText(/^Taken by /);
  await mine.or(taken).first().waitFor({ state: "attached" });
  if ((await mine.count()) > 0) return "mine";
  return ((await taken.textContent()) ?? "").replace("Taken by ", "");
}
