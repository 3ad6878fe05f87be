import { controlName } from "./machine";

/**
 * Which keys stand for a shortcut. Pure: what a key press means is decided here, what happens then in table.ts.
 *
 * Letters and digits are held with Alt, which no editing of text uses on Windows and Linux and which no reserved key of
 * a browser takes: all that browsers bind to it (Alt+D, Alt+F, Alt+1 ...) can be prevented. Ctrl+Shift and Ctrl+Alt are
 * left alone: the former is full of keys that cannot be prevented, the latter is AltGr and the key of screen readers.
 */
export type Combo =
  | { readonly held: "mod"; readonly key: Letter } // Ctrl, on a Mac Cmd
  | { readonly held: "alt"; readonly key: Letter | "1-9" }
  | { readonly held: "none"; readonly key: "?" | Letter | "ArrowUp" | "ArrowDown" | "Escape" };

type Letter = "A" | "D" | "F" | "J" | "K" | "L" | "M" | "N" | "P" | "R" | "S" | "T";

/** What a key press is recognised by; a KeyboardEvent is one. */
export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "isComposing" | "repeat" | "getModifierState"
>;

/** Where the key was pressed. */
export interface KeyContext {
  /** The focus is where text is written or a value is chosen. */
  readonly typing: boolean;
  /** Something lies over the page; the palette too. */
  readonly modal: boolean;
  /** What lies there is the palette. */
  readonly palette: boolean;
  /** The arrow keys are free: the focus is in the lists or nowhere. */
  readonly arrows: boolean;
  /** Keys of a single character are wanted (WCAG 2.1.4). */
  readonly letters: boolean;
  readonly mac: boolean;
}

export interface Bound<Id extends string> {
  readonly id: Id;
  readonly keys: readonly Combo[];
  /** Holding the key down goes on and on. */
  readonly repeats?: boolean;
}

/** The shortcut that a key press means, with the number that was pressed for "1-9"; null when it means none. */
export function shortcutOf<Id extends string>(
  press: KeyPress,
  context: KeyContext,
  table: readonly Bound<Id>[],
): { id: Id; n: number } | null {
  if (press.isComposing || press.key === "Process" || altGraph(press, context)) return null;
  for (const { id, keys, repeats } of table) {
    if (press.repeat && repeats !== true) continue;
    if (context.modal && !(context.palette && id === "palette")) continue;
    if (keys.some((combo) => fits(press, combo, context))) return { id, n: digitOf(press) };
  }
  return null;
}

function fits(press: KeyPress, combo: Combo, context: KeyContext): boolean {
  switch (combo.held) {
    case "mod": {
      const held = context.mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey;
      return held && !press.altKey && !press.shiftKey && letterOf(press) === combo.key;
    }
    case "alt":
      if (!press.altKey || press.ctrlKey || press.metaKey || press.shiftKey || writes(press, context)) return false;
      return combo.key === "1-9" ? digitOf(press) > 0 : letterOf(press) === combo.key;
    case "none":
      return !press.altKey && !press.ctrlKey && !press.metaKey && bare(press, combo.key, context);
  }
}

/** A key by itself: never where somebody types. Escape is for whatever it closes, not for this table. */
function bare(press: KeyPress, key: string, context: KeyContext): boolean {
  if (context.typing) return false;
  switch (key) {
    case "Escape":
      return false;
    case "ArrowUp":
    case "ArrowDown":
      return context.arrows && !press.shiftKey && press.key === key;
    case "?":
      return context.letters && press.key === "?"; // its place differs with the layout, and Shift belongs to it
    default:
      return context.letters && !press.shiftKey && letterOf(press) === key;
  }
}

/** AltGr writes characters. On a Mac the same name is given to Option, which is our Alt. */
export function altGraph(
  press: Pick<KeyPress, "ctrlKey" | "altKey" | "getModifierState">,
  { mac }: Pick<KeyContext, "mac">,
): boolean {
  return (press.ctrlKey && press.altKey) || (!mac && press.getModifierState("AltGraph"));
}

/**
 * Whether Option writes something here that has no other key: @ [ ] { } | ~ on European Macs, and the letters of
 * Polish and its neighbours. What it writes on others (å ß ƒ ¬ ...) is not missed.
 */
function writes(press: KeyPress, context: KeyContext): boolean {
  return context.mac && context.typing && /^[!-/:-@[-`{-~\u0100-\u017F]$/u.test(press.key);
}

/**
 * The letter of a key: by what it writes where that is Latin, so that A is where the layout has it (AZERTY, Dvorak);
 * else by its place, as with Russian letters and with what Option makes of them.
 */
function letterOf(press: KeyPress): string {
  if (/^[a-z]$/i.test(press.key)) return press.key.toUpperCase();
  return /^Key([A-Z])$/.exec(press.code)?.[1] ?? "";
}

/** 1 to 9 in the row above the letters, 0 for other keys. Those of the number block write characters with Alt. */
function digitOf(press: KeyPress): number {
  return Number(/^Digit([1-9])$/.exec(press.code)?.[1] ?? 0);
}

/** How a combination is written on the keys of this machine, one text per key. */
export function spelled(combo: Combo, mac: boolean): string[] {
  const key = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", "1-9": "1 … 9" }[combo.key as string] ?? combo.key;
  switch (combo.held) {
    case "mod":
      return [controlName(mac), key];
    case "alt":
      return [mac ? "⌥" : "Alt", key];
    case "none":
      return [key];
  }
}
