import { expect, test, vi } from "vitest";
import { ScrollRest } from "./scrollrest";

async function waits(rest: ScrollRest) {
  const come = vi.fn();
  void rest.moment().then(come);
  await Promise.resolve();
  return come;
}

test("messages come at once while nothing moves", async () => {
  const rest = new ScrollRest();
  expect(await waits(rest)).toHaveBeenCalledOnce();
  rest.moved();
  rest.ended();
  expect(await waits(rest)).toHaveBeenCalledOnce();
});

test("after a movement they wait for the next one, or for the end of it", async () => {
  for (const next of ["moved", "ended"] as const) {
    const rest = new ScrollRest();
    rest.moved();
    const come = await waits(rest);
    expect(come).not.toHaveBeenCalled();
    rest[next]();
    await Promise.resolve();
    expect(come).toHaveBeenCalledOnce();
  }
});
