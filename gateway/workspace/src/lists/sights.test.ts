import { expect, test } from "vitest";
import type { Row } from "../protocol/frames.gen";
import { Sights } from "./sights";

const row = (id: string, deadline: string | null = null, name = `Customer ${id}`) =>
  ({ id, deadline, contact: { id: "p", name, photo: null } }) as Row;

const rowsOf =
  (...rows: Row[]) =>
  (id: string) =>
    rows.find((r) => r.id === id);

test("a deadline runs from when it was first seen, however often its row is drawn", () => {
  const sights = new Sights();
  sights.look(["a"], rowsOf(row("a", "12:00")), 100);
  expect(sights.see(row("a", "12:00"), 250)).toBe(100);
});

test("an offer that comes again has a new deadline, which runs anew", () => {
  const sights = new Sights();
  sights.see(row("a", "12:00"), 100);
  expect(sights.see(row("a", "12:10"), 300)).toBe(300);
  sights.look([], rowsOf(), 400);
  expect(sights.see(row("a", "12:10"), 500)).toBe(500);
});

test("rows that have gone keep their names as long as the list holds them, however many they are", () => {
  const sights = new Sights();
  const ids = Array.from({ length: 400 }, (_, i) => `chat ${i}`);
  const rows = ids.map((id) => row(id));
  sights.look(ids, (id) => rows[ids.indexOf(id)], 1);
  sights.look(ids, () => undefined, 2);
  expect(ids.map((id) => sights.name(id))).toEqual(rows.map((r) => r.contact.name));
  sights.look([], () => undefined, 3);
  expect(sights.name("chat 0")).toBe("");
});
