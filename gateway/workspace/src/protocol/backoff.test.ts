import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cause, causeOf, pause } from "./backoff";

const causes: readonly Cause[] = ["lost", "silent", "restart", "slow", "gap", "offline", "unreachable"];

test("no pause is longer than ten seconds, and only the first is none", () => {
  const random = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.constantFrom(...causes), random, (attempt, cause, r) => {
      const ms = pause(attempt, cause, r);
      expect(ms).toBeLessThanOrEqual(10_000);
      if (attempt > 0) expect(ms).toBeGreaterThanOrEqual(90);
    }),
  );
});

test("what the server or the network did not cause is mended at once", () => {
  expect(causes.filter((c) => pause(0, c, 0.5) === 0)).toEqual(["silent", "slow", "gap", "offline"]);
});

test("pages that lost their server together do not come back together", () => {
  expect(pause(3, "restart", 0)).toBe(720);
  expect(pause(3, "restart", 1)).toBe(2400);
});

test("a connection that was never there is unreachable, unless the server says why", () => {
  expect(causeOf(1006, false)).toBe("unreachable");
  expect(causeOf(1006, true)).toBe("lost");
  expect(causeOf(4401, false)).toBe("ended");
});
