import { expect, test } from "vitest";
import { Lead } from "./lead";

/** Locks as a browser gives them to the tabs of one origin, with the part of their interface that a lead uses. */
function browserLocks(): LockManager {
  let held: Promise<unknown> | null = null;
  const waiting: (() => void)[] = [];
  const grant = async (run: (lock: Lock | null) => unknown) => {
    held = Promise.resolve(run({} as Lock));
    await held;
    held = null;
    waiting.shift()?.();
  };
  const request = (_: string, options: LockOptions, run: (lock: Lock | null) => unknown) =>
    new Promise<void>((resolve, reject) => {
      if (held === null) return void grant(run).then(resolve);
      if (options.ifAvailable) return void Promise.resolve(run(null)).then(() => resolve());
      const turn = () => void grant(run).then(resolve);
      waiting.push(turn);
      options.signal?.addEventListener("abort", () => {
        if (waiting.includes(turn)) waiting.splice(waiting.indexOf(turn), 1);
        reject(new Error("aborted"));
      });
    });
  return { request } as unknown as LockManager;
}

const settled = () => new Promise((r) => setTimeout(r, 5));

test("one of the tabs leads, and the next one when it is gone", async () => {
  const locks = browserLocks();
  const [a, b, c] = [new Lead("bell", locks), new Lead("bell", locks), new Lead("bell", locks)];
  await a.stand();
  await b.stand();
  await c.stand();
  expect([a.leads, b.leads, c.leads]).toEqual([true, false, false]);
  a.stepBack();
  await settled();
  expect([a.leads, b.leads, c.leads]).toEqual([false, true, false]);
});

test("a tab that stepped back while it waited does not come to lead", async () => {
  const locks = browserLocks();
  const [a, b, c] = [new Lead("bell", locks), new Lead("bell", locks), new Lead("bell", locks)];
  for (const lead of [a, b, c]) await lead.stand();
  b.stepBack();
  a.stepBack();
  await settled();
  expect([a.leads, b.leads, c.leads]).toEqual([false, false, true]);
  await b.stand();
  expect(b.leads).toBe(false);
  c.stepBack();
  await settled();
  expect(b.leads).toBe(true);
});

test("without locks every tab leads", async () => {
  const lead = new Lead("bell", null);
  const other = new Lead("bell", null);
  await lead.stand();
  await other.stand();
  expect([lead.leads, other.leads]).toEqual([true, true]);
});
