import { beforeEach, expect, test } from "vitest";
import { Sentence } from "./sentence";

const field = () => ({ isConnected: true }) as { isConnected: boolean } & Element;
const [reply, password, search] = [field(), field(), field()];

let s: Sentence;
let now = 0;
beforeEach(() => {
  s = new Sentence();
  now = 0;
  reply.isConnected = true;
});

const row = "a row";
const nothing = null;

/** Types into a field, on a row or into nothing, 100 ms from key to key; gives the keys that were not dropped. */
function type(at: Element | typeof row | null, keys: readonly string[] | string, how: { held?: boolean } = {}): string {
  let out = "";
  for (const key of keys) {
    now += 100;
    const field = at === row ? null : at;
    const press = { field, nowhere: at === nothing, oneLine: field !== null && field !== reply, key };
    const dropped = s.drops({ ...press, held: how.held === true }, now);
    if (!dropped) out += key.length > 1 ? `<${key}>` : key;
  }
  return out;
}

test("a sentence goes on in its field", () => {
  expect(type(reply, "Good morning")).toBe("Good morning");
  expect(type(reply, ["Enter", "ж", "😀", "Backspace", "Shift", "ArrowLeft", "x"])).toBe(
    "<Enter>ж<😀><Backspace><Shift><ArrowLeft>x",
  );
});

test("where its field has gone the rest of it means nothing; on a row not before the hands have rested", () => {
  type(reply, "Your numb");
  reply.isConnected = false;
  expect(type(nothing, ["e", "r", " ", "j", "Enter", "?"])).toBe("");
  now += 60_000;
  expect(type(nothing, [" ", "k"])).toBe("");
  now += 3_000;
  expect(type(row, [" ", "k"])).toBe("");
  now += 4_000;
  expect(type(row, [" ", "k"])).toBe(" k");
});

test("where nothing has the focus any more it means nothing either, though the field is there", () => {
  type(reply, "Your numb");
  expect(type(nothing, "er j")).toBe("");
});

test("a reader of the screen brings the focus elsewhere without a key", () => {
  type(reply, "Your");
  expect(type(row, " j")).toBe(" j");
});

test("keys mean something again for whoever goes elsewhere by hand", () => {
  for (const key of ["Tab", "Escape", "ArrowDown", "Home", "PageDown"]) {
    type(reply, "Your");
    expect(type(nothing, [key, "j", " "])).toBe(`<${key}>j `);
  }
  type(reply, "Your");
  type(nothing, ["l"], { held: true });
  expect(type(nothing, "j")).toBe("j");
  type(reply, "Your");
  s.left();
  expect(type(nothing, "j")).toBe("j");
});

test("whoever has written nothing has all keys", () => {
  expect(type(nothing, "jk? ")).toBe("jk? ");
});

test("a field that takes the cursor does not get the rest of the sentence; after a rest it is written in", () => {
  type(reply, "Your numb");
  expect(type(password, ["e", "r", " ", "Enter"])).toBe("");
  now += 1_000;
  expect(type(password, ["p", "w", "Enter"])).toBe("pw<Enter>");
  expect(type(reply, "goes on")).toBe("goes on");
});

test("Enter in a field of one line ends what was written, and whatever comes up has the keys", () => {
  type(search, "anna");
  type(search, ["Enter"]);
  expect(type(reply, "Hello")).toBe("Hello");
  s.left();
  type(search, "anna");
  expect(type(reply, "H")).toBe("");
});

test("Escape in a field leaves it", () => {
  type(search, ["a", "Escape"]);
  expect(type(reply, "H")).toBe("H");
});
