// Photos come without a name: the page says whose they are, and saved they are called by what they are (S8).
import { expect, test } from "vitest";
import { inChat } from "../conversation";
import { Stage } from "../stage";

test("a photo without a name goes by its sender, and is saved with the extension of its type", async () => {
  const stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Omar", last: "Haddad" } } } });
  const omar = stage.customer("demo-wa");
  const { work, page } = await inChat(stage, "anna", omar, "Look at this");
  await omar.image("the broken lid");
  await work.details.getByRole("link", { name: /Picture from Omar Haddad/ }).waitFor();
  await work.message("the broken lid").getByRole("button", { name: /^Open/ }).click();
  await work.dialog.getByRole("heading", { name: "Picture from Omar Haddad" }).waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), work.dialog.getByRole("link").click()]);
  expect(saved.suggestedFilename()).toMatch(/^image-\w{8}\.(png|jpg)$/);
});
