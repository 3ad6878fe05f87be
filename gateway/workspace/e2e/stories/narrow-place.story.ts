// A place with a long name on a telephone: the name can be read, and the way to a map stands clear of it (S8, S103).
import { expect, test } from "vitest";
import { inChat } from "../conversation";
import { expectRoom } from "../room";
import { Stage } from "../stage";

test("on 320 pixels the link to the map stands under the name of the place", async () => {
  const stage = await Stage.open();
  const maya = stage.customer("demo-wa");
  const { page, work } = await inChat(stage, "anna", maya, "Where are you?", {
    viewport: { width: 320, height: 640 },
  });
  await maya.location(55.751244, 37.618423, "Превысокомногорассмотрительствующая набережная у старого моста");
  const place = work.message("набережная");
  const link = place.getByRole("link", { name: "Open in a map application" });
  await link.waitFor();
  const name = place.locator("bdi").filter({ hasText: "набережная" });
  await expect.poll(async () => (await name.boundingBox())?.width).toBeGreaterThan(100);
  const [above, below] = [await name.boundingBox(), await link.boundingBox()];
  expect(below?.y).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? 0) - 1);
  await expectRoom(page, "a place");
});
