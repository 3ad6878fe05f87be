// Anna's morning up to the pictures.
import { expect } from "vitest";
import { atWork, type Seat } from "../conversation";
import { type Customer, Stage } from "../stage";
import { keepDiary } from "./diary";
import type { Scene } from "./scenes";

export interface Morning {
  readonly stage: Stage;
  readonly anna: Seat;
  readonly saturday: Customer;
}

/** Anna in the middle of it: three chats, two offers, two replies half written. The page speaks English meanwhile. */
export async function busyMorning(scene: Scene): Promise<Morning> {
  const { said, drafts } = scene;
  const stage = await Stage.open(scene.wishes);
  const anna = await atWork(stage, "anna", { language: "en", before: (context) => keepDiary(context, scene.diary) });
  const { work } = anna;
  const [parcel, invoice] = [stage.customer("demo-fb", 0), stage.customer("demo-fb", 1)];
  const [saturday, kettle] = [stage.customer("demo-wa", 0), stage.customer("demo-wa", 1)];

  await invoice.text(said.invoice[0]);
  await work.accept(scene.invoice);
  await work.send(said.invoice[1]);
  await invoice.answers(1);
  await work.reply.fill(drafts.invoice);

  await saturday.text(said.saturday[0]);
  await work.accept(scene.saturday);
  await work.send(said.saturday[1]);
  await saturday.answers(1);

  await parcel.text(said.parcel[0]);
  await work.accept(scene.parcel);
  await parcel.image();
  await work.messages.getByRole("button", { name: /Picture from/ }).waitFor();
  await work.send(said.parcel[1]);
  await parcel.voice();
  await work.messages.locator("audio").waitFor();
  await work.send(said.parcel[2]);
  const asked = (await parcel.answers(2))[1] ?? { id: "" };
  await parcel.reply(asked, said.parcel[3]);
  await parcel.react(asked, "❤️");
  await work.message(said.parcel[3]).waitFor();
  await work.messages.getByRole("img", { name: /❤️/ }).waitFor();
  await work.reply.fill(drafts.parcel);

  await saturday.text(said.saturday[2]);
  await saturday.text(said.saturday[3]);
  await kettle.text(said.kettle);
  await stage.customer("demo-tg", 0).text(said.italy);
  await work.offer(scene.kettle).waitFor();
  await work.offer(scene.italy).waitFor();
  await work.header.getByText("2 chats wait in your queues").waitFor({ state: "attached" });
  await expect.poll(() => work.unread(work.row(scene.saturday)).getAttribute("aria-label")).toMatch(/^2 /);
  return { stage, anna, saturday };
}
