// A picture that the browser cannot draw, as a HEIC or a damaged one, is a file like others in the reply box (S8, S36).
import { expect, test } from "vitest";
import { inChat } from "../conversation";
import { Stage } from "../stage";

test("the tray shows the sign of a file in place of a picture that cannot be drawn", async () => {
  const stage = await Stage.open();
  const { work } = await inChat(stage, "anna", stage.customer("demo-wa"), "Send me a picture");
  await work.attach({ name: "damaged.png", mimeType: "image/png", buffer: Buffer.from("\x89PNG and then nothing") });
  const item = work.tray.getByRole("listitem").filter({ hasText: "damaged.png" });
  await item.waitFor();
  await expect.poll(() => item.locator("img").count()).toBe(0);
  expect(await item.locator("svg").first().isVisible()).toBe(true);
});
