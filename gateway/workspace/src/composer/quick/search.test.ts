import { expect, test } from "vitest";
import type { Template } from "../../protocol/frames.gen";
import { answered, current, entered, givenUp, left, looked, moved, noSearch, rowsOf, type Search } from "./search";

const template = (id: string): Template => ({ id, name: id, language: "en", text: id, filled: id, missing: [] });

/** Somebody types a text, the cursor behind it. */
const typed = (text: string, s: Search = noSearch) => looked(s, text, text.length);

const found = (s: Search, ...ids: string[]) => answered(s, { q: s.token?.q ?? "", templates: ids.map(template) });

test("what is typed behind the slashes is searched, and the marked row is taken", () => {
  const s = found(typed("//th"), "thanks", "the end");
  expect(rowsOf(s).map((t) => t.id)).toEqual(["thanks", "the end"]);
  const down = moved(s, "ArrowDown");
  expect(entered(down ?? s).taken?.id).toBe("the end");
  expect(entered(moved(down ?? s, "ArrowDown") ?? s).taken?.id).toBe("thanks");
  expect(entered(moved(s, "ArrowUp") ?? s).taken?.id).toBe("the end");
});

test("older rows stay until newer ones are there, and are not what Enter takes", () => {
  const s = typed("//than", found(typed("//th"), "thanks", "the end"));
  expect(rowsOf(s)).toHaveLength(2);
  expect(current(s)).toBeNull();
  const { taken, search } = entered(s);
  expect(taken).toBeNull();
  expect(search.wanted).toBe(true);
  expect(entered(found(search, "thanks")).taken?.id).toBe("thanks");
});

test("an answer to what was typed before is of no use", () => {
  const s = typed("//thanks");
  expect(answered(s, { q: "th", templates: [template("the end")] })).toBe(s);
  expect(answered(noSearch, { q: "", templates: [] })).toBe(noSearch);
});

test("who types on after Enter wants no row any more", () => {
  const { search } = entered(typed("//th"));
  expect(typed("//tha", search).wanted).toBe(false);
});

test("where nothing is found, or nobody answers, Enter takes nothing and sends nothing", () => {
  for (const s of [found(typed("//x")), answered(typed("//x"), { q: "x", templates: null })]) {
    expect(entered(s).taken).toBeNull();
    expect(entered(s).search.token).not.toBeNull();
    expect(moved(s, "ArrowDown")).toBeNull();
  }
});

test("where nobody could be asked, Enter asks again and takes the first of the answer", () => {
  const failed = answered(typed("//th"), { q: "th", templates: null });
  const { search } = entered(failed);
  expect(search).toMatchObject({ again: 1, wanted: true, found: null });
  expect(entered(found(search, "thanks")).taken?.id).toBe("thanks");
});

test("a search that was given up stays text until its slashes are gone", () => {
  const s = givenUp(found(typed("//th"), "thanks"));
  expect(s.token).toBeNull();
  expect(typed("//tha", s).token).toBeNull();
  expect(typed("//tha //", s).token).toEqual({ from: 6, q: "" });
  expect(typed("//", typed("", s)).token).toEqual({ from: 0, q: "" });
});

test("who looks elsewhere and comes back goes on", () => {
  const s = left(found(typed("//th"), "thanks"));
  expect(s.token).toBeNull();
  expect(typed("//th", s).token).toEqual({ from: 0, q: "th" });
  const given = left(givenUp(typed("//th")));
  expect(typed("//th", given).token).toBeNull();
});

test("nothing changes where nothing has changed, so nothing is drawn", () => {
  expect(typed("Good morning")).toBe(noSearch);
  const s = found(typed("//th"), "thanks");
  expect(typed("//th", s)).toBe(s);
  expect(givenUp(noSearch)).toBe(noSearch);
  expect(left(noSearch)).toBe(noSearch);
  expect(moved(s, "Home")).toBeNull();
});

test("the mark goes by pages, too, and stays on the list", () => {
  const s = found(typed("//"), ..."abcdefg");
  expect(moved(s, "PageDown")?.at).toBe(5);
  expect(moved({ ...s, at: 5 }, "PageDown")?.at).toBe(6);
  expect(moved({ ...s, at: 3 }, "PageUp")?.at).toBe(0);
});
