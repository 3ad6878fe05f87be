import { describe, expect, it } from "vitest";
import { type KeyContext, type KeyPress, shortcutOf, spelled } from "./keys";
import { type ShortcutId, shortcuts } from "./table";

const page: KeyContext = { typing: false, modal: false, palette: false, arrows: true, letters: true, mac: false };
const writing: KeyContext = { ...page, typing: true, arrows: false };

interface Pressed {
  key: string;
  code?: string;
  ctrl?: boolean;
  alt?: boolean;
  meta?: boolean;
  shift?: boolean;
  composing?: boolean;
  repeat?: boolean;
  graph?: boolean;
}

function press(p: Pressed): KeyPress {
  return {
    key: p.key,
    code: p.code ?? `Key${p.key.toUpperCase()}`,
    ctrlKey: p.ctrl ?? false,
    altKey: p.alt ?? false,
    metaKey: p.meta ?? false,
    shiftKey: p.shift ?? false,
    isComposing: p.composing ?? false,
    repeat: p.repeat ?? false,
    getModifierState: (name) => name === "AltGraph" && (p.graph ?? false),
  };
}

const meant = (p: Pressed, context = page) => shortcutOf<ShortcutId>(press(p), context, shortcuts)?.id ?? null;

describe("the keys of an operator", () => {
  it("open the palette everywhere, also while something is written", () => {
    expect(meant({ key: "k", ctrl: true })).toBe("palette");
    expect(meant({ key: "k", ctrl: true }, writing)).toBe("palette");
    expect(meant({ key: "k", meta: true }, { ...writing, mac: true })).toBe("palette");
  });

  it("leave Ctrl+K to the text fields of a Mac, and Win+K to Windows", () => {
    expect(meant({ key: "k", ctrl: true }, { ...writing, mac: true })).toBeNull();
    expect(meant({ key: "k", meta: true })).toBeNull();
  });

  it("work on a Russian layout", () => {
    expect(meant({ key: "л", code: "KeyK", ctrl: true }, writing)).toBe("palette");
    expect(meant({ key: "т", code: "KeyN", alt: true }, writing)).toBe("nextWaiting");
    expect(meant({ key: "?", code: "Digit7", shift: true })).toBe("keys");
    expect(meant({ key: "о", code: "KeyJ" })).toBe("down");
  });

  it("are where the letter is on other Latin layouts", () => {
    expect(meant({ key: "a", code: "KeyQ", alt: true })).toBe("accept");
    expect(meant({ key: "q", code: "KeyA", alt: true })).toBeNull();
  });

  it("work on a Mac, where Option changes what a key writes", () => {
    const mac = { ...writing, mac: true };
    expect(meant({ key: "å", code: "KeyA", alt: true, graph: true }, mac)).toBe("accept");
    expect(meant({ key: "Dead", code: "KeyN", alt: true }, mac)).toBe("nextWaiting");
    expect(meant({ key: "™", code: "Digit2", alt: true }, mac)).toBe("chat");
  });

  it("let a Mac write what only Option writes", () => {
    const mac = { ...writing, mac: true };
    expect(meant({ key: "@", code: "KeyL", alt: true }, mac)).toBeNull(); // German
    expect(meant({ key: "[", code: "Digit5", alt: true }, mac)).toBeNull();
    expect(meant({ key: "ą", code: "KeyA", alt: true }, mac)).toBeNull(); // Polish
    expect(meant({ key: "@", code: "KeyL", alt: true }, { ...page, mac: true })).toBe("lists");
  });

  it("count the chats from 1 to 9", () => {
    const nth = (code: string) => shortcutOf(press({ key: "", code, alt: true }), writing, shortcuts);
    expect(nth("Digit1")).toEqual({ id: "chat", n: 1 });
    expect(nth("Digit9")).toEqual({ id: "chat", n: 9 });
    expect(nth("Digit0")).toBeNull();
    expect(nth("Numpad1")).toBeNull(); // Alt with the number block writes characters on Windows
  });

  it("never mistake AltGr for Alt", () => {
    for (const s of shortcuts) {
      for (const combo of s.keys) {
        const code = combo.key === "1-9" ? "Digit3" : `Key${combo.key}`;
        for (const context of [page, writing]) {
          expect(meant({ key: "a", code, ctrl: true, alt: true }, context)).toBeNull();
          expect(meant({ key: "a", code, ctrl: true, alt: true, graph: true }, context)).toBeNull();
          expect(meant({ key: "a", code, alt: true, graph: true }, context)).toBeNull();
        }
      }
    }
  });

  it("are no single characters while something is written", () => {
    for (const p of [{ key: "?", shift: true }, { key: "j" }, { key: "k" }, { key: "ArrowDown", code: "ArrowDown" }]) {
      expect(meant(p, writing)).toBeNull();
      expect(meant(p, page)).not.toBeNull();
    }
  });

  it("are no single characters for who has switched them off; the arrows stay", () => {
    const off = { ...page, letters: false };
    expect(meant({ key: "j" }, off)).toBeNull();
    expect(meant({ key: "?", shift: true }, off)).toBeNull();
    expect(meant({ key: "ArrowUp", code: "ArrowUp" }, off)).toBe("up");
  });

  it("leave the arrows to what scrolls", () => {
    expect(meant({ key: "ArrowDown", code: "ArrowDown" }, { ...page, arrows: false })).toBeNull();
  });

  it("rest while a dialog is open, but for the palette's own key in the palette", () => {
    const dialog = { ...page, modal: true };
    expect(meant({ key: "a", alt: true }, dialog)).toBeNull();
    expect(meant({ key: "?", shift: true }, dialog)).toBeNull();
    expect(meant({ key: "k", ctrl: true }, dialog)).toBeNull();
    expect(meant({ key: "k", ctrl: true }, { ...dialog, palette: true })).toBe("palette");
    expect(meant({ key: "a", alt: true }, { ...dialog, palette: true })).toBeNull();
  });

  it("rest while an input method composes", () => {
    expect(meant({ key: "k", ctrl: true, composing: true })).toBeNull();
    expect(meant({ key: "Process", code: "KeyJ" })).toBeNull();
  });

  it("do their work once, however long they are held; only rows go by", () => {
    expect(meant({ key: "a", alt: true, repeat: true })).toBeNull();
    expect(meant({ key: "j", repeat: true })).toBe("down");
  });

  it("take no other modifiers along", () => {
    expect(meant({ key: "A", code: "KeyA", alt: true, shift: true })).toBeNull();
    expect(meant({ key: "K", code: "KeyK", ctrl: true, shift: true })).toBeNull();
    expect(meant({ key: "a", alt: true, meta: true })).toBeNull();
    expect(meant({ key: "J", code: "KeyJ", shift: true })).toBeNull();
  });
});

describe("the table of shortcuts", () => {
  it("has every key once", () => {
    const keys = shortcuts.flatMap((s) => s.keys.map((k) => `${k.held} ${k.key}`));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("recognises each of its own keys", () => {
    for (const s of shortcuts) {
      if (s.run === undefined) continue;
      for (const { held, key } of s.keys) {
        const code = key === "1-9" ? "Digit1" : /^[A-Z]$/.test(key) ? `Key${key}` : key;
        const pressed = { key: key === "1-9" ? "1" : key, code, alt: held === "alt", ctrl: held === "mod" };
        expect(meant(pressed), `${held} ${key}`).toBe(s.id);
      }
    }
  });

  it("is written with the signs of the machine", () => {
    expect(spelled({ held: "mod", key: "K" }, false)).toEqual(["Ctrl", "K"]);
    expect(spelled({ held: "mod", key: "K" }, true)).toEqual(["⌘", "K"]);
    expect(spelled({ held: "alt", key: "1-9" }, true)).toEqual(["⌥", "1 … 9"]);
    expect(spelled({ held: "none", key: "ArrowUp" }, false)).toEqual(["↑"]);
  });
});
