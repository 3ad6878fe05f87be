// What axe-core can see of WCAG 2.2 AA, in chats and their dialogs (S103).
import { beforeAll, expect, test } from "vitest";
import { expectAccess } from "../axe";
import { inChat, type Seat, tall } from "../conversation";
import { type Customer, Stage } from "../stage";

let stage: Stage;
let maya: Customer;
let anna: Seat;

beforeAll(async () => {
  stage = await Stage.open({
    queues: { support: { completion_timeout: "1h" } },
    names: { "demo-wa": { 0: { first: "Maya", last: "Lindqvist" } } },
  });
  maya = stage.customer("demo-wa");
  anna = await inChat(stage, "anna", maya, "Hello", { viewport: tall });
});

test("every kind of message", async () => {
  const { page, work } = anna;
  await work.send("Good morning! What can I do for you?");
  const [answer] = await maya.answers(1);
  const said = await maya.text("My parcel is broken, see https://example.com/parcel/4711");
  await maya.image("This is how it came");
  await maya.voice();
  await maya.audio();
  await maya.video("and how it rattles");
  await maya.file("The invoice");
  await maya.sticker();
  await maya.location(52.52, 13.405, "Here I live");
  await maya.contact({ first: "Otto", last: "Berg", phone: "+49 30 1234567" });
  await maya.unsupported();
  await maya.react(said, "😢");
  if (answer !== undefined) {
    await maya.reply(answer, "As I said");
    await maya.react(answer, "👍");
  }
  const gone = await maya.text("never mind");
  await maya.delete(gone);
  await work.message("This message was deleted.").waitFor();
  await work.message("This is how it came").getByRole("img").first().waitFor();
  await work.message("Otto Berg").waitFor();
  await work.message("As I said").getByRole("button", { name: "Reply to this message" }).click();
  await work.reply.fill("I am sorry to see that");
  await expectAccess(page, "busy chat");
});

test("a reply that has not arrived", async () => {
  const { page, work } = anna;
  await maya.failNext();
  await work.reply.press("Enter");
  await work.mark(work.message("I am sorry to see that"), "Not delivered").waitFor();
  await expectAccess(page, "failed message");
});

test("handing over, finishing, finished", async () => {
  const { page, work } = anna;
  await page.setViewportSize({ width: 1366, height: 768 });
  await work.chat.getByRole("button", { name: "Transfer", exact: true }).click();
  await work.target("Boris Wolff").click();
  await expectAccess(page, "transfer");
  await page.keyboard.press("Escape");
  await maya.text("Are you there?");
  await work.message("Are you there?").waitFor();
  await work.chat.getByRole("button", { name: "Finish", exact: true }).click();
  await work.dialog.getByText("has not been answered").waitFor();
  await expectAccess(page, "finish");
  await work.dialog.getByRole("button", { name: "Finish", exact: true }).click();
  await work.chat.getByText("You have finished this chat.").waitFor();
  await expectAccess(page, "finished");
  expect(await work.dialog.count()).toBe(0);
});
