// Of several tabs one rings (S101).
import { expect, test } from "vitest";
import { operator } from "../browser";
import { cardsOf, senses, tonesOf } from "../senses";
import { Stage } from "../stage";
import { Workspace } from "../workspace";

test("two tabs ring once; when the one that rang is closed, the other does", async () => {
  const stage = await Stage.open();
  const desk = await operator(stage, "anna", { init: senses });
  const first = new Workspace(desk.page);
  const second = new Workspace(await desk.tab());
  await second.turn("Active"); // the gesture gives it a voice
  await expect.poll(() => first.status("Active").isChecked()).toBe(true);

  await stage.customer("demo-fb", 0).text("one");
  for (const each of [first, second]) await each.offer("one").waitFor();
  const told = async (...tabs: Workspace[]) => {
    let [tones, cards] = [0, 0];
    for (const each of tabs) {
      tones += await tonesOf(each.page, "offer");
      cards += (await cardsOf(each.page)).length;
    }
    return { tones, cards };
  };
  await expect.poll(() => told(first, second)).toEqual({ tones: 1, cards: 1 });
  expect(await told(first)).toEqual({ tones: 1, cards: 1 });

  await first.page.close();
  const waiting = () => second.page.evaluate(async () => (await navigator.locks.query()).pending?.length);
  await expect.poll(waiting, { message: "the lead has passed on" }).toBe(0);
  await stage.customer("demo-fb", 1).text("two");
  await second.offer("two").waitFor();
  await expect.poll(() => told(second)).toEqual({ tones: 1, cards: 1 });
});
