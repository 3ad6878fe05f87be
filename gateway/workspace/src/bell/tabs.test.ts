import { expect, test } from "vitest";
import { believed, type Look, together } from "./tabs";

const tab = (name: string, inView: boolean, open: string | null = null): Look => ({ tab: name, inView, open });

test("one tab in view is enough, its own or another", () => {
  expect(together(tab("1", true), [], 0).inView).toBe(true);
  expect(together(tab("1", false), [{ look: tab("2", true), heard: 0 }], 10).inView).toBe(true);
  expect(together(tab("1", false), [{ look: tab("2", false), heard: 0 }], 10).inView).toBe(false);
});

test("only what is open before somebody's eyes counts as looked at", () => {
  const looks = together(
    tab("1", false, "a"),
    [
      { look: tab("2", true, "b"), heard: 0 },
      { look: tab("3", true), heard: 0 },
    ],
    10,
  );
  expect([...looks.open]).toEqual(["b"]);
});

test("a tab that fell silent is not believed for long", () => {
  const others = [{ look: tab("2", true, "b"), heard: 0 }];
  expect(together(tab("1", false), others, believed - 1).inView).toBe(true);
  expect(together(tab("1", false), others, believed)).toEqual({ inView: false, open: new Set() });
});
