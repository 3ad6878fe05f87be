// On a telephone, and at 200 % on a small screen: everything is there and nothing is beyond the edge (S103).
import { describe, expect, test } from "vitest";
import { atWork, type Seat } from "../conversation";
import { expectRoom } from "../room";
import { Stage } from "../stage";

const arab = "محمد عبد الرحمن الأنصاري";
const long = "Превысокомногорассмотрительствующий";
const names = {
  "demo-fb": { 0: { first: "محمد", last: "عبد الرحمن الأنصاري" }, 1: { first: long, last: "Достопримечательность" } },
};
const sizes = [
  { name: "320 x 640", width: 320, height: 640 },
  { name: "683 x 384", width: 683, height: 384 },
];

describe.each(sizes)("$name", ({ width, height }) => {
  test("lists, chat and contact one at a time, with every way from one to the other", async () => {
    const stage = await Stage.open({ names });
    const { page, work }: Seat = await atWork(stage, "anna", { viewport: { width, height } });
    await stage.customer("demo-fb", 0).text(`السلام عليكم ${"ا".repeat(80)}`);
    await stage.customer("demo-fb", 1).text(`${long.repeat(3)} https://example.com/${"path/".repeat(30)}`);
    await expect.poll(() => work.offers.getByRole("listitem").count()).toBe(2);
    await expectRoom(page, "lists");
    expect(await work.reply.isVisible()).toBe(false);

    await work.accept(arab);
    await stage.customer("demo-fb", 0).file("مرحبا");
    await work.message("document.pdf").waitFor();
    await work.send("What can I do for you, and can it be done at once?");
    await expectRoom(page, "chat");
    expect(await work.row(arab).isVisible()).toBe(false);
    const { height: read } = (await work.messages.boundingBox()) ?? { height: 0 };
    expect(read).toBeGreaterThan(height / 4);
    const newest = work.message("What can I do");
    await expect.poll(() => newest.evaluate((m) => m.getBoundingClientRect().bottom)).toBeLessThan(height);

    await page.getByRole("button", { name: "Contact and facts" }).click();
    await work.details.waitFor();
    await expectRoom(page, "contact");
    await work.details.getByRole("button", { name: "Hide the contact" }).click();
    await work.details.waitFor({ state: "detached" });

    await work.chat.getByRole("button", { name: "Transfer" }).click();
    await work.target("Boris Wolff").click();
    await expectRoom(page, "transfer");
    await page.keyboard.press("Escape");
    await work.dialog.waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Back to the lists" }).click();
    await work.row(arab).waitFor();
    await work.accept(`${long} Достопримечательность`);
    await expectRoom(page, "long words");
    await page.goBack(); // as a telephone's own button does
    await work.row(long).waitFor();
    await work.row(arab).waitFor();

    const menu = await work.openProfile();
    await expectRoom(page, "profile");
    await menu.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("dialog", { name: "Settings" }).waitFor();
    await expectRoom(page, "settings");
    await page.keyboard.press("Escape");
    await work.openProfile();
    await page.getByRole("button", { name: /^Keyboard/ }).click();
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await expectRoom(page, "key map");
    await page.keyboard.press("Escape");
    await work.openProfile();
    await page.getByRole("button", { name: "Find chats and actions" }).last().click();
    await work.dialog.getByRole("option").first().waitFor();
    await expectRoom(page, "palette");
  });
});
