import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Interrupted } from "../protocol/connection";
import type { Ask } from "./ask";
import { Boxes } from "./boxes";
import { settle } from "./draft";
import { FakeStorage } from "./storage.fake";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Tab {
  readonly boxes: Boxes;
  typed: string;
  typedAt: number;
  kept: string;
}

/** Two tabs of one operator and a server that tells both of every draft, each over a line of its own slowness. */
class Desk {
  draft = "";
  broken = false;
  private hears: readonly ((text: string) => void)[] = [];
  readonly tabs: readonly Tab[];

  constructor(delays: readonly [number, number]) {
    this.tabs = delays.map((delay) => this.tab(delay));
  }

  private tab(delay: number): Tab {
    const line = <T>(f: () => T) => new Promise<T>((resolve) => setTimeout(() => resolve(f()), delay));
    const ask = async (_: string, fields: { text: string }) => {
      if (this.broken) throw new Interrupted();
      await line(() => this.store(fields.text));
      await line(() => {});
      return {};
    };
    const boxes = new Boxes(ask as unknown as Ask, new FakeStorage(), {
      kept: () => tab.kept,
      customer: () => "",
      newest: () => 0,
      sentSince: () => [],
      leftOver: () => {},
    });
    const tab: Tab = { boxes, typed: "", typedAt: 0, kept: "" };
    boxes.belongTo("anna");
    boxes.heard("a");
    this.hears = [...this.hears, (text) => setTimeout(() => this.heard(tab, text), delay)];
    return tab;
  }

  private store(text: string): void {
    if (text === this.draft) return;
    this.draft = text;
    for (const hear of this.hears) hear(text);
  }

  private heard(tab: Tab, text: string): void {
    tab.kept = text;
    tab.boxes.heard("a");
  }

  type(tab: Tab, text: string): void {
    tab.boxes.edit("a", text);
    tab.typed = text;
    tab.typedAt = Date.now();
  }

  mend(): void {
    this.broken = false;
    for (const tab of this.tabs) tab.boxes.flush();
  }
}

const delay = fc.integer({ min: 1, max: 400 });
const pauses = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 300, max: 3_000 }));
const key = fc.record({ tab: fc.nat(1), pause: pauses, breaks: fc.integer({ min: 0, max: 9 }) });

test("nothing changes under whoever types, and in the end both tabs and the server have one text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(delay, delay), fc.array(key, { minLength: 1, maxLength: 15 }), async (delays, keys) => {
      const desk = new Desk(delays);
      for (const [i, { tab, pause, breaks }] of keys.entries()) {
        desk.broken = breaks === 0;
        const at = desk.tabs[tab] as Tab;
        desk.type(at, `${at.boxes.of("a").draft.text}${i}`);
        await vi.advanceTimersByTimeAsync(pause);
        for (const t of desk.tabs) {
          if (Date.now() - t.typedAt < settle && t.typed !== "") expect(t.boxes.of("a").draft.text).toBe(t.typed);
        }
      }
      desk.mend();
      await vi.advanceTimersByTimeAsync(60_000);
      for (const t of desk.tabs) expect(t.boxes.of("a").draft.text).toBe(desk.draft);
      expect(desk.tabs.map((t) => t.typed)).toContain(desk.draft);
    }),
    { numRuns: 200 },
  );
}, 60_000);

test("who takes turns between two tabs always goes on with the last text", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(delay, delay),
      fc.array(fc.nat(1), { minLength: 1, maxLength: 6 }),
      async (delays, turns) => {
        const desk = new Desk(delays);
        let last = "";
        for (const [i, turn] of turns.entries()) {
          const tab = desk.tabs[turn] as Tab;
          expect(tab.boxes.of("a").draft.text).toBe(last);
          last += String(i);
          desk.type(tab, last);
          await vi.advanceTimersByTimeAsync(5_000);
        }
        expect(desk.draft).toBe(last);
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);
