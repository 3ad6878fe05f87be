import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Notices } from "./notices";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const words = (n: Notices) => n.store.getState().map((x) => x.word);
const question = { word: "status.backToActive", run: () => {} } as const;

test("a notice goes by itself, one with a button stays", () => {
  const notices = new Notices();
  notices.tell({ tone: "info", word: "refused.gone" });
  notices.tell({ tone: "bad", word: "status.madeInactive", action: question });
  vi.advanceTimersByTime(10_000);
  expect(words(notices)).toEqual(["status.madeInactive"]);
});

test("nothing goes while somebody reads", () => {
  const notices = new Notices();
  notices.tell({ tone: "info", word: "refused.gone" });
  notices.hold(true);
  vi.advanceTimersByTime(60_000);
  expect(words(notices)).toEqual(["refused.gone"]);
  notices.hold(false);
  expect(words(notices)).toEqual([]);
});

test("notices of one key replace each other, and are settled by it", () => {
  const notices = new Notices();
  notices.tell({ tone: "bad", key: "inactive", word: "refused.gone", action: question });
  notices.tell({ tone: "bad", key: "inactive", word: "status.madeInactive", action: question });
  expect(words(notices)).toEqual(["status.madeInactive"]);
  notices.settle("inactive");
  expect(words(notices)).toEqual([]);
});

test("a storm of refusals does not push out what waits for an answer", () => {
  const notices = new Notices();
  notices.tell({ tone: "bad", word: "status.madeInactive", action: question });
  for (let i = 0; i < 20; i++) notices.tell({ tone: "bad", word: "refused.busy" });
  expect(words(notices)).toHaveLength(4);
  expect(words(notices)[0]).toBe("status.madeInactive");
});

test("what waits for an answer is never pushed out, not even by its like", () => {
  const notices = new Notices();
  for (let i = 0; i < 9; i++) notices.tell({ tone: "bad", key: `${i}`, word: "refused.gone", action: question });
  notices.tell({ tone: "info", word: "refused.busy" });
  expect(words(notices)).toEqual(Array(9).fill("refused.gone"));
});
