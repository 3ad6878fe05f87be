// Hundreds of rows: only those in sight are drawn, and the last can be reached.
import { beforeAll, expect, test } from "vitest";
import { operator } from "../browser";
import { below } from "../sight";
import { Stage } from "../stage";
import { Workspace } from "../workspace";

const many = 200;

let anna: Workspace;

beforeAll(async () => {
  const stage = await Stage.open({ settings: { simultaneous_chats: 0 } });
  anna = new Workspace((await operator(stage, "anna")).page);
  await anna.turn("Active");
  await stage.load({ rate: many, seconds: 1, channel: "demo-wa", customers: many, text: "line" });
});

test("of more offers than the server tells of at once, the rest is counted", async () => {
  await anna.page.getByRole("region", { name: "50 new chats" }).waitFor();
  await anna.offers.getByText(`${many - 50} more are waiting in your queues`).waitFor();
  await onlyThoseInSight();
});

test("of 200 active chats those in sight are drawn, and the wheel brings the last one", async () => {
  await acceptAll();
  await anna.page.getByRole("region", { name: `${many} active chats` }).waitFor();
  await onlyThoseInSight();
  const first = await anna.chats.getByRole("listitem").first().textContent();
  await anna.chats.getByRole("list").hover();
  await anna.page.mouse.wheel(0, many * 100);
  await expect.poll(() => anna.chats.getByRole("listitem").first().textContent()).not.toBe(first);
  await expect.poll(() => below(anna.chats.getByRole("list").locator(".."))).toBeLessThan(2);
  await onlyThoseInSight();
  const last = anna.chats.getByRole("listitem").last().locator("[data-row]");
  const name = (await last.locator("bdi").textContent()) ?? "";
  await last.click();
  await anna.opened(name);
});

test("the arrow keys go on where the drawn rows end", async () => {
  const focused = () => anna.page.evaluate(() => document.activeElement?.closest("li")?.textContent ?? "");
  await anna.chats.getByRole("listitem").last().locator("[data-row]").focus();
  const seen = new Set([await focused()]);
  for (let n = 0; n < 40; n++) {
    await anna.page.keyboard.press("ArrowUp");
    seen.add(await focused());
  }
  expect(seen.size).toBeGreaterThan(30); // a key faster than the drawing is lost, and the next one goes on
  await onlyThoseInSight();
});

/** A list that is some ten rows high has hardly more of them on the page. */
async function onlyThoseInSight(): Promise<void> {
  expect(await anna.page.getByRole("navigation").getByRole("listitem").count()).toBeLessThan(50);
}

/** Accepts by the operator's protocol, on a socket of its own: 200 presses would take minutes. */
async function acceptAll(): Promise<void> {
  await anna.page.evaluate(
    (wanted) =>
      new Promise<void>((done) => {
        const socket = new WebSocket("/api/v1/ws");
        let accepted = 0;
        const accept = (chat: string) => socket.send(JSON.stringify({ id: ++accepted, type: "chat.accept", chat }));
        let open = 0;
        socket.onmessage = (e) => {
          const frame = JSON.parse(e.data);
          if (frame.type === "hello") for (const row of frame.snapshot.offers) accept(row.id);
          if (frame.type === "chat.offered") accept(frame.data.chat.id);
          if (frame.type === "chat.assigned" && ++open === wanted) {
            socket.close();
            done();
          }
        };
      }),
    many,
  );
}
