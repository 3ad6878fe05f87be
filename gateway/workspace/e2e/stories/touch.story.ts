// A finger taps twice where it meant to tap once (S31).
import { expect, test } from "vitest";
import { operator } from "../browser";
import { Stage } from "../stage";
import { Workspace } from "../workspace";

test("a double tap on Accept accepts one chat", async ({ skip }) => {
  const stage = await Stage.open({ names: { "demo-wa": { 0: { first: "Alpha" }, 2: { first: "Bravo" } } } });
  const anna = new Workspace(
    (await operator(stage, "anna", { touch: true, viewport: { width: 1180, height: 820 } })).page,
  );
  await anna.turn("Active");
  for (const n of [0, 2]) await stage.customer("demo-wa", n).text("Hello");
  await anna.acceptButton("Bravo").waitFor();
  const box = await anna.acceptButton("Alpha").boundingBox();
  if (box === null) throw new Error("no button");
  const tap = () => anna.page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  const began = Date.now();
  await tap();
  await anna.opened("Alpha"); // by now the list would have moved up
  await tap();
  skip(Date.now() - began > 800, "the machine was too slow for two taps to be a double tap");
  await anna.offer("Alpha").waitFor({ state: "detached" }); // the list goes on a moment later
  expect(await anna.acceptButton("Bravo").count()).toBe(1);
  await anna.acceptButton("Bravo").tap();
  await anna.opened("Bravo");
});
