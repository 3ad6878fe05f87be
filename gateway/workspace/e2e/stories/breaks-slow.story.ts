// A page that does not keep up is cut off, not waited for, and catches up by itself (S102).
import { expect, test } from "vitest";
import { inChat, mark, stayed, texts } from "../conversation";
import { Stage } from "../stage";

/** Runs in the page: notes by which code each of its sockets was closed. */
function noteClosings(): void {
  const closings: number[] = [];
  Object.assign(window, { closings });
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(address: string | URL) {
      super(address);
      this.addEventListener("close", (e) => closings.push(e.code));
    }
  };
}

test("a page too slow for what comes is cut off by the server, and then has all of it in order", async () => {
  const stage = await Stage.open();
  const { page, work } = await inChat(stage, "anna", stage.customer("demo-fb"), "Hello", { init: noteClosings });
  await mark(page);

  // More than the buffers of the line and the server's queue for one connection hold together.
  const total = 900;
  await stage.network("stalled");
  await stage.load({ rate: 300, seconds: total / 300, customers: 1, text: "flood ".repeat(1_400) });
  await expect.poll(async () => (await stage.loaded()).finished, { timeout: 40_000 }).toBe(true);
  await stage.network(true);

  // 1006: the server's write of a frame had given up before the line moved again.
  await expect.poll(() => page.evaluate("window.closings")).toEqual([expect.toBeOneOf([4408, 1006])]);
  await expect.poll(async () => (await texts(work)).at(-1)?.slice(-4), { timeout: 30_000 }).toBe(` ${total}`);
  expect(await stayed(page)).toBe(true);
});
