import { expect, test } from "vitest";
import { FakeStorage } from "../desk/storage.fake";
import type { Row } from "../protocol/frames.gen";
import { Sights } from "./sights";

const row = (id: string, deadline: string | null = null, name = `Customer ${id}`) =>
  ({ id, deadline, contact: { id: "p", name, photo: null } }) as Row;

const rowsOf =
  (...rows: Row[]) =>
  (id: string) =>
    rows.find((r) => r.id === id);

test("a deadline runs from when it was first seen, however often its row is drawn", () => {
  const sights = new Sights(new FakeStorage());
  sights.look(["a"], rowsOf(row("a", "12:00")), 100);
  expect(sights.see(row("a", "12:00"), 250)).toBe(100);
});

test("an offer that comes again has a new deadline, which runs anew", () => {
  const sights = new Sights(new FakeStorage());
  sights.see(row("a", "12:00"), 100);
  expect(sights.see(row("a", "12:10"), 300)).toBe(300);
  sights.look([], rowsOf(), 400);
  expect(sights.see(row("a", "12:10"), 500)).toBe(500);
});

test("rows that have gone keep their names as long as the list holds them, however many they are", () => {
  const sights = new Sights(new FakeStorage());
  const ids = Array.from({ length: 400 }, (_, i) => `chat ${i}`);
  const rows = ids.map((id) => row(id));
  sights.look(ids, (id) => rows[ids.indexOf(id)], 1);
  sights.look(ids, () => undefined, 2);
  expect(ids.map((id) => sights.name(id))).toEqual(rows.map((r) => r.contact.name));
  sights.look([], () => undefined, 3);
  expect(sights.name("chat 0")).toBe("");
});

test("over a reload a deadline runs on from when it was first seen", () => {
  const tab = new FakeStorage();
  new Sights(tab).look(["a", "b"], rowsOf(row("a", "12:00"), row("b")), 100);
  const reloaded = new Sights(tab);
  reloaded.look([], rowsOf(), 200); // nothing is there until the server has told it
  expect(reloaded.see(row("a", "12:00"), 300)).toBe(100);
  expect(reloaded.see(row("b"), 300)).toBe(300);
  expect(reloaded.see(row("c", "12:05"), 400)).toBe(400);
  const again = new Sights(tab);
  expect(again.see(row("a", "12:00"), 500)).toBe(100);
  expect(again.see(row("c", "12:05"), 500)).toBe(400);
  expect(again.see(row("a", "12:10"), 600)).toBe(600);
});

test("only deadlines that are shown are kept", () => {
  const tab = new FakeStorage();
  const sights = new Sights(tab);
  sights.look(["a"], rowsOf(row("a", "12:00")), 100);
  sights.look(["b"], rowsOf(row("b", "12:05")), 200);
  expect(new Sights(tab).see(row("a", "12:00"), 300)).toBe(300);
});

test("what another version has left in the storage, or a full one, is no harm", () => {
  for (const left of ["", "null", "7", "[]", '{"a":null}', '{"a":{"deadline":7,"since":"x"}}', "{"]) {
    const tab = new FakeStorage();
    tab.setItem("parley.deadlines", left);
    expect(new Sights(tab).see(row("a", "12:00"), 100)).toBe(100);
  }
  const full = new FakeStorage();
  full.full = true;
  expect(new Sights(full).see(row("a", "12:00"), 100)).toBe(100);
});
