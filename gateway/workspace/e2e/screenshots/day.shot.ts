// A day of an operator, as docs/workspace.md and README.md show it.
import { test } from "vitest";
import { type DeskOptions, operator } from "../browser";
import { atWork, says } from "../conversation";
import { speak } from "../language";
import { Stage } from "../stage";
import { keepDiary } from "./diary";
import { busyMorning } from "./morning";
import { inEnglish, inRussian } from "./scenes";
import { shoot } from "./shoot";

const { wishes, said } = inEnglish;
const options: DeskOptions = { before: (context) => keepDiary(context, inEnglish.diary) };

test("signing in", async () => {
  const stage = await Stage.open(wishes);
  const { page } = await operator(stage, "anna", { ...options, signIn: false });
  await page.getByLabel("Login").fill("anna");
  await shoot(page, "sign-in");
});

test("nothing to do, then offers", async () => {
  const stage = await Stage.open(wishes);
  const { page, work } = await atWork(stage, "anna", options);
  await work.chat.getByText("No chats right now").waitFor();
  await shoot(page, "empty");
  await stage.customer("demo-fb", 1).text(said.invoice[0]);
  await stage.customer("demo-wa", 0).text(said.saturday[0]);
  await stage.customer("demo-wa", 1).text(said.kettle);
  await stage.customer("demo-tg", 0).text(said.italy);
  for (const name of [inEnglish.invoice, inEnglish.saturday, inEnglish.kettle, inEnglish.italy]) {
    await work.offer(name).waitFor();
  }
  await shoot(page, "offers");
});

test("in the middle of it", async () => {
  const { stage, anna, saturday } = await busyMorning(inEnglish);
  const { page, work } = anna;
  await shoot(page, "busy-chat");

  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await work.messages.getByRole("img", { name: /❤️/ }).waitFor();
  await shoot(page, "narrow");
  await page.setViewportSize({ width: 1366, height: 768 });

  await page.keyboard.press("Control+k");
  await work.dialog.getByRole("option").first().waitFor();
  await page.keyboard.type("so");
  await shoot(page, "palette");
  await page.keyboard.press("Escape");

  await atWork(stage, "boris");
  await page.keyboard.press("Alt+t");
  await work.target("Boris Wolff").click();
  await work.dialog.getByRole("textbox", { name: /^Note/ }).fill("Wants a replacement for a broken lamp, order 48213");
  await shoot(page, "transfer");
  await page.keyboard.press("Escape");

  await work.open(inEnglish.saturday);
  await work.reply.pressSequentially("//");
  await page.getByRole("listbox", { name: "Quick replies" }).getByRole("option").nth(3).waitFor();
  await page.keyboard.press("ArrowDown");
  await shoot(page, "quick-replies");
  await page.keyboard.press("Escape");

  await saturday.failNext();
  await work.send("Yes, Saturday it is, between nine and noon.");
  await work.mark(work.message("Saturday it is"), "Not delivered").waitFor();
  await shoot(page, "failed-message");

  await work.open(inEnglish.parcel);
  await stage.network(false);
  await work.reply.press("Enter");
  await says(work, "What you type is kept.");
  await work.message("Waits for the connection").waitFor();
  await shoot(page, "disconnected");
});

test("in Russian and dark", async () => {
  const { page } = (await busyMorning(inRussian)).anna;
  await speak(page, "ru");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByRole("region", { name: "Чат", exact: true }).waitFor();
  await shoot(page, "russian-dark");
});
