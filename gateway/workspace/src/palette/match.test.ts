import { describe, expect, it } from "vitest";
import { choose, mostRows } from "./choose";
import { otherLayout } from "./layout";
import { field, fold, score, wordsOf } from "./match";

const fits = (query: string, ...texts: string[]) =>
  score(
    wordsOf(query),
    texts.map((t) => field(t, 1)),
  );

describe("what is typed into the palette", () => {
  it("is found without case and diacritics, in both scripts", () => {
    expect(fold("Ёлка Ångström Йод")).toBe("елка angstrom иод");
    expect(fits("jose", "José García")).toBeGreaterThan(0);
    expect(fits("ЕЛКА", "Ёлка")).toBeGreaterThan(0);
    expect(fits("андреи", "Андрей")).toBeGreaterThan(0);
  });

  it("finds the better match first: whole, beginning, beginning of a word, inside, scattered", () => {
    const order = ["anna", "annabel", "maria anna", "susanna", "aXnnXa"].map((t) => fits("anna", t));
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(new Set(order).size).toBe(order.length);
    expect(order.at(-1)).toBeGreaterThan(0);
  });

  it("needs every word somewhere, in any order and any field", () => {
    expect(fits("billing anna", "Anna Petrova", "Billing")).toBeGreaterThan(0);
    expect(fits("anna sales", "Anna Petrova", "Billing")).toBe(0);
  });

  it("does not find letters that lie far apart, nor any scattered ones in long texts", () => {
    expect(fits("at", "a very long text")).toBe(0);
    expect(score(wordsOf("wtt"), [field("where is the thing", 1, "inside")])).toBe(0);
  });

  it("is found inside of words only where the field allows it", () => {
    expect(score(wordsOf("an"), [field("transfer", 1, "starts")])).toBe(0);
    expect(score(wordsOf("tra"), [field("transfer", 1, "starts")])).toBeGreaterThan(0);
  });

  it("is found when it was typed with the wrong layout", () => {
    expect(otherLayout("yfcnhjqrb")).toBe("настройки");
    expect(otherLayout("екфтыаук")).toBe("transfer");
    const rows = [{ group: "a" as const, fields: [field("Настройки", 1)] }];
    expect(choose(rows, "yfcnhj", { a: 5 })).toHaveLength(1);
  });
});

describe("the rows that are chosen", () => {
  const row = (group: "chats" | "actions", text: string) => ({ group, text, fields: [field(text, 1)] });
  const rest = { chats: 2, actions: 9 };
  const texts = (rows: readonly ReturnType<typeof row>[], query: string) =>
    choose(rows, query, rest).map((f) => [f.group, ...f.rows.map((r) => r.text)]);

  it("are the first of every group before anything is typed", () => {
    const rows = [row("chats", "one"), row("chats", "two"), row("chats", "three"), row("actions", "sign out")];
    expect(texts(rows, " ")).toEqual([
      ["chats", "one", "two"],
      ["actions", "sign out"],
    ]);
  });

  it("put the best group and the best row first, and keep the order of equals", () => {
    const rows = [
      row("chats", "presets"),
      row("chats", "my set b"),
      row("chats", "my set a"),
      row("actions", "settings"),
    ];
    expect(texts(rows, "set")).toEqual([
      ["actions", "settings"],
      ["chats", "my set b", "my set a", "presets"],
    ]);
  });

  it("are never too many", () => {
    const many = Array.from({ length: 400 }, (_, i) => row("chats", `chat ${i}`));
    expect(choose(many, "chat", rest)[0]?.rows).toHaveLength(mostRows);
  });

  it("are none when nothing fits", () => {
    expect(choose([row("chats", "one")], "xyz", rest)).toEqual([]);
  });
});
