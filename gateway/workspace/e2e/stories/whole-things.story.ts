// Everything but plain text, in both directions (S7, S8).
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { type Customer, Stage } from "../stage";
import { Workspace } from "../workspace";

let anna: Workspace;
let omar: Customer;

beforeAll(async () => {
  const stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Omar", last: "Haddad" } } } });
  omar = stage.customer("demo-wa", 0);
  const desk = await operator(stage, "anna", {
    before: (c) => c.grantPermissions(["clipboard-read", "clipboard-write"], { origin: stage.url }),
  });
  anna = new Workspace(desk.page);
  await anna.turn("Active");
  await omar.text("Hello");
  await anna.accept("Omar Haddad");
});

test("a picture and a sticker of the customer's are shown, and the picture can be enlarged", async () => {
  const lid = await omar.image("the broken lid");
  await omar.sticker();
  const picture = anna.message("the broken lid").getByRole("img");
  await expect.poll(() => widthOf(picture)).toBeGreaterThan(0);
  await expect.poll(() => widthOf(anna.messages.getByRole("article").last().getByRole("img"))).toBeGreaterThan(0);
  await anna.message("the broken lid").getByRole("button", { name: /^Open/ }).click();
  const enlarged = anna.dialog.getByRole("img", { name: "Picture from Omar Haddad" });
  await expect.poll(() => widthOf(enlarged)).toBeGreaterThan(0);
  await anna.page.keyboard.press("Escape");
  await anna.dialog.waitFor({ state: "detached" });

  await anna.message("the broken lid").getByRole("button", { name: /^Open/ }).click();
  await anna.dialog.waitFor();
  for (let i = 1; i <= 40; i++) await omar.text(`and another thing, ${i}`);
  await anna.message("and another thing, 40").waitFor();
  await anna.message("the broken lid").waitFor({ state: "detached" }); // its line is not drawn any more
  expect(await widthOf(enlarged)).toBeGreaterThan(0);
  await omar.delete(lid);
  await anna.dialog.waitFor({ state: "detached" });
});

test("voice and video can be played, a file saved, a place and a contact card read", async () => {
  await omar.voice();
  await anna.messages.getByLabel("Voice message from Omar Haddad").waitFor();
  const voice = anna.messages.locator("audio");
  expect(await voice.evaluate((a: HTMLAudioElement) => fetch(a.src).then((r) => r.status))).toBe(200);
  await omar.video();
  await anna.messages.getByLabel("Video from Omar Haddad").waitFor();
  await omar.file();
  const [saved] = await Promise.all([
    anna.page.waitForEvent("download"),
    anna.messages.getByRole("link", { name: "Download document.pdf" }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe("document.pdf");
  await omar.location(55.75, 37.61, "Red Square");
  const place = anna.message("Red Square").getByRole("link", { name: "Open in a map application" });
  expect(await place.getAttribute("href")).toBe("geo:55.75,37.61");
  await omar.contact({ first: "Ann", last: "Lee", phone: "+1 555 000 1111" });
  expect(await anna.message("Ann Lee").getByRole("link").getAttribute("href")).toBe("tel:+15550001111");
});

test("the customer quotes, edits, reacts and deletes", async () => {
  await anna.send("Which lid is it?");
  const [asked] = await omar.answers(1);
  if (asked === undefined) throw new Error("no answer");
  const reply = await omar.reply(asked, "the red won");
  await anna
    .message("the red won")
    .getByRole("button", { name: /Which lid is it/ })
    .waitFor();
  await omar.edit(reply, "the red one");
  await anna.message("the red one").getByText("edited").waitFor();
  expect(await anna.message("the red won").count()).toBe(0);
  await omar.react(asked, "👍");
  await anna.message("Which lid is it?").getByRole("img", { name: "👍 by the customer" }).waitFor();
  await omar.react(asked, "");
  await anna
    .message("Which lid is it?")
    .getByRole("img", { name: "👍 by the customer" })
    .waitFor({ state: "detached" });
  const mistake = await omar.text("my password is hunter2");
  await anna.message("my password is hunter2").waitFor();
  await anna.row("my password is hunter2").waitFor();
  await anna.message("my password is hunter2").hover();
  await anna.message("my password is hunter2").getByRole("button", { name: "Reply to this message" }).click();
  await omar.delete(mistake);
  await anna.message("This message was deleted.").waitFor();
  await anna.row("This message was deleted.").waitFor();
  await anna.page.keyboard.press("Control+k");
  await anna.dialog.getByRole("option", { name: /Omar Haddad/ }).waitFor();
  // Neither in the chat nor in its row, the quote over the reply box, the palette or the contact.
  await expect.poll(() => anna.page.content()).not.toContain("hunter2");
  await anna.page.keyboard.press("Escape");
  await anna.dialog.waitFor({ state: "detached" });
  await anna.chat.getByRole("button", { name: "Reply to no message" }).click();
});

test("the operator answers one message, and the customer sees which", async () => {
  const deed = await omar.text("And the green one?");
  const line = anna.message("And the green one?");
  await line.hover();
  await line.getByRole("button", { name: "Reply to this message" }).click();
  await expect.poll(() => anna.reply.evaluate((box) => box === document.activeElement)).toBe(true);
  await anna.send("That one too");
  const answers = await omar.answers(2);
  expect(answers.at(-1)).toMatchObject({ text: "That one too", reply_to: deed.id });
});

test("a pasted picture and a chosen file arrive at the customer", async () => {
  await anna.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(40, 30);
    canvas.getContext("2d")?.fillRect(0, 0, 20, 20);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
  });
  await anna.reply.press("Control+v");
  await anna.uploaded(1);
  await anna.send("like this");
  const [picture] = (await omar.answers(3)).slice(-1);
  expect(picture).toMatchObject({ text: "like this", attachments: [{ kind: "image", mime: "image/png" }] });

  await anna.attach({ name: "terms.txt", mimeType: "text/plain", buffer: Buffer.from("the terms\n") });
  await anna.sendButton.click();
  const [file] = (await omar.answers(4)).slice(-1);
  expect(file?.attachments).toMatchObject([{ kind: "file", name: "terms.txt", size: 10 }]);
  await anna.messages.getByRole("link", { name: "Download terms.txt" }).waitFor();
  expect(await anna.tray.count()).toBe(0);
});

function widthOf(picture: ReturnType<Workspace["message"]>): Promise<number> {
  return picture.evaluate((img: HTMLImageElement) => img.naturalWidth);
}
