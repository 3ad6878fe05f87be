import { expect, test } from "vitest";
import { en } from "./en";
import { ru } from "./ru";
import { createWords, languages, type Word } from "./words";

type Tree = { readonly [key: string]: string | Tree };

/** All texts by their keys, with the parts joined by dots. */
function texts(tree: Tree, before = ""): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") out.set(before + key, value);
    else for (const [k, v] of texts(value, `${before}${key}.`)) out.set(k, v);
  }
  return out;
}

const plural = /_(zero|one|two|few|many|other)$/;
const all = { en: texts(en), ru: texts(ru) };
const stems = (of: Map<string, string>) => new Set([...of.keys()].map((k) => k.replace(plural, "")));

test("English and Russian have words for the same", () => {
  expect([...stems(all.ru)].sort()).toEqual([...stems(all.en)].sort());
});

test.each(["en", "ru"] as const)("a counted word has every plural form of the language: %s", (language) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const counted = new Set(
    [...all.en.keys(), ...all.ru.keys()].filter((k) => plural.test(k)).map((k) => k.replace(plural, "")),
  );
  for (const stem of counted) {
    const has = [...all[language].keys()].filter((k) => k.replace(plural, "") === stem);
    expect(has.sort(), stem).toEqual(forms.map((form) => `${stem}_${form}`).sort());
  }
});

test("both languages fill in the same values", () => {
  const gaps = (language: "en" | "ru", stem: string) => {
    const found = [...all[language]].filter(([k]) => k.replace(plural, "") === stem);
    return [...new Set(found.flatMap(([, text]) => text.match(/\{\{[^}]*\}\}/g) ?? []))].sort();
  };
  for (const stem of stems(all.en)) expect(gaps("ru", stem), stem).toEqual(gaps("en", stem));
});

test.each(["en", "ru"] as const)("every text says something: %s", (language) => {
  for (const [key, text] of all[language]) {
    expect(text.trim(), key).toBe(text);
    expect(["", key], key).not.toContain(text);
    expect(text.replace(/\{\{\w+\}\}/g, ""), key).not.toMatch(/[{}]/);
  }
});

test("Russian is Russian: no English text was left in its place", () => {
  const words = (text: string) => /\p{L}{3}/u.test(text.replace(/\{\{\w+\}\}/g, "").replace(keyNames, ""));
  const left = [...all.ru].filter(([key, text]) => text === all.en.get(key) && text !== "Parley" && words(text));
  expect(left).toEqual([]);
});

/** Keys are called as they are labelled. */
const keyNames = /\b(Ctrl|Shift|Alt|Enter|Esc|Tab|Space|Home|End|PageUp|PageDown|Backspace|Delete)\b/g;

test("a language that is chosen is spoken at once", async () => {
  const words = createWords("en");
  expect(words.say("shell.close")).toBe(en.shell.close);
  const say = await words.speak("ru");
  expect(say("shell.close")).toBe(ru.shell.close);
  expect(Object.keys(languages).sort()).toEqual(["en", "ru"]);
});

test("what customers are called is said as it is", () => {
  const { say } = createWords("en");
  expect(say("refused.taken", { by: '<b>"&$t(shell.close){{n}}' })).toContain('<b>"&');
});

test("a missing word shows its key, not nothing", () => {
  expect(createWords("en").say("no.such" as Word)).toBe("no.such");
});
