import { describe, expect, test } from "vitest";
import type { OperatorTarget, QueueTarget, TargetsReply } from "../protocol/frames.gen";
import { choosable, found, inSight, type Menu, moved, renewed } from "./menu";

const queue = (id: string, name: string): QueueTarget => ({ id, name, waiting: 0, free: 1 });
const operator = (id: string, name: string, indicator: OperatorTarget["indicator"]): OperatorTarget => ({
  id,
  name,
  indicator,
  load: 1,
  limit: 5,
});
const targets = (queues: readonly QueueTarget[], operators: readonly OperatorTarget[]): TargetsReply => ({
  queues,
  operators,
});
const keys = (m: Menu) => m.map((l) => l.key);

const first = targets(
  [queue("2", "Support"), queue("1", "Sales")],
  [
    operator("d", "Dora", "grey"),
    operator("c", "Clara", "red"),
    operator("b", "Boris", "green"),
    operator("a", "Anna", "green"),
  ],
);

describe("the order of the menu", () => {
  test("queues by name, then operators: active, inactive, full, each by name", () => {
    expect(keys(renewed([], first))).toEqual(["q 1", "q 2", "o a", "o b", "o c", "o d"]);
  });

  test("stands while the menu is open: only the indicators change", () => {
    const later = targets(first.queues.toReversed(), [
      operator("a", "Anna", "grey"),
      operator("b", "Boris", "red"),
      operator("c", "Clara", "green"),
      operator("d", "Dora", "green"),
    ]);
    const menu = renewed(renewed([], first), later);
    expect(keys(menu)).toEqual(["q 1", "q 2", "o a", "o b", "o c", "o d"]);
    expect(menu.flatMap((l) => (l.is === "operator" ? [l.target.indicator] : []))).toEqual([
      "grey",
      "red",
      "green",
      "green",
    ]);
  });

  test("what is new comes behind its like, and a queue stays before the operators", () => {
    const later = targets(
      [...first.queues, queue("0", "Accounts")],
      [...first.operators, operator("z", "Aaron", "green")],
    );
    expect(keys(renewed(renewed([], first), later))).toEqual(["q 1", "q 2", "q 0", "o a", "o b", "o c", "o d", "o z"]);
  });

  test("what has gone keeps its place, cannot be chosen, and can when it is back", () => {
    const without = targets(
      first.queues,
      first.operators.filter((o) => o.id !== "a"),
    );
    const menu = renewed(renewed([], first), without);
    expect(keys(menu)).toEqual(["q 1", "q 2", "o a", "o b", "o c", "o d"]);
    expect(menu.filter(choosable).map((l) => l.key)).toEqual(["q 1", "q 2", "o b", "o c"]);
    expect(
      renewed(menu, first)
        .filter(choosable)
        .map((l) => l.key),
    ).toEqual(["q 1", "q 2", "o a", "o b", "o c"]);
  });
});

test("a full operator cannot be chosen, an inactive one can (S42, S43)", () => {
  expect(
    renewed([], first)
      .filter(choosable)
      .map((l) => l.key),
  ).toEqual(["q 1", "q 2", "o a", "o b", "o c"]);
});

describe("what a typed text finds", () => {
  const menu = renewed(
    [],
    targets([queue("q", "Key accounts")], [operator("o", "Фёдор Орлов", "green"), operator("j", "José Núñez", "red")]),
  );
  test.each([
    ["", 3],
    ["acc", 1],
    ["accounts key", 1],
    ["орл фед", 1],
    ["nunez", 1],
    ["ounts", 0],
    ["  ", 3],
    ["key orlov", 0],
  ])("%j finds %d", (typed, n) => {
    expect(found(menu, typed)).toHaveLength(n);
  });
});

describe("what is picked", () => {
  const menu = renewed([], first);
  test.each([
    ["", "q 2", "q 2"],
    ["sup", "q 2", "q 2"],
    ["boris", "q 2", null],
    ["nobody", "q 2", null],
    ["", null, null],
    ["dora", "o d", "o d"],
  ])("%j typed, %s picked: %s goes on being so", (typed, picked, still) => {
    expect(inSight(menu, typed, picked)?.key ?? null).toBe(still);
  });
});

describe("the keys in the list", () => {
  const menu = renewed([], first);
  test.each([
    [null, "ArrowDown", "q 1"],
    ["q 1", "ArrowDown", "q 2"],
    ["o d", "ArrowDown", "q 1"],
    ["q 1", "ArrowUp", "o d"],
    [null, "ArrowUp", "o d"],
    ["o c", "ArrowDown", "o d"],
    ["q 2", "PageDown", "o d"],
    ["o d", "PageUp", "q 1"],
  ] as const)("from %s by %s to %s", (at, key, to) => {
    expect(moved(menu, at, key)).toBe(to);
  });

  test("go nowhere in an empty list", () => {
    expect(moved([], null, "ArrowDown")).toBeNull();
  });
});
