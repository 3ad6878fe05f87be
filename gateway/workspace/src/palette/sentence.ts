/** What of a key press decides. */
export interface Press {
  /** The field that is written in; null where keys write nothing. */
  readonly field: Element | null;
  /** Nothing on the page has the focus. */
  readonly nowhere: boolean;
  /** It is a field of one line, in which Enter ends what was written. */
  readonly oneLine: boolean;
  readonly key: string;
  /** Ctrl, Alt or Cmd is held, and not to write with (AltGr). */
  readonly held: boolean;
}

/** Whoever has typed nothing for so long has seen that another field has the cursor; in milliseconds. */
const seen = 1_000;

/** The same where nothing is written in, but something has the focus: a key there does more harm than a letter too many. */
const rested = 4_000;

/** Keys that belong to writing in a field and mean going somewhere outside of one. */
const walks = /^(Arrow(Up|Down|Left|Right)|Home|End|Page(Up|Down))$/;
const writes = /^(.|\P{ASCII}+|Enter|Backspace|Delete|Dead|Process)$/u;

/**
 * Whether somebody is in the middle of a sentence. A field can go away under the hands: its chat has ended, or a dialog
 * asks for the password. The rest of the sentence must not accept a chat, press a button, or stand in another field. So a
 * key that writes means something only where the sentence began, or where somebody has gone by hand: by the mouse, Tab,
 * Escape, an arrow or a shortcut.
 */
export class Sentence {
  private field: Element | null = null;
  private last = Number.NEGATIVE_INFINITY;

  /** Somebody has gone elsewhere by hand. */
  left(): void {
    this.field = null;
  }

  /** The field in which somebody writes; null = nobody does. */
  get writing(): Element | null {
    return this.field;
  }

  /** Takes a key press at a time in milliseconds; true = it belongs to a sentence whose field is not here, and is dropped. */
  drops({ field, nowhere, oneLine, key, held }: Press, now: number): boolean {
    if (held || key === "Tab" || key === "Escape" || (field === null && walks.test(key))) {
      this.left();
      return false;
    }
    if (!writes.test(key)) return false;
    if (field === null) {
      if (this.field === null) return false;
      const gone = !this.field.isConnected && now - this.last < rested;
      if (nowhere || gone) {
        this.last = now;
        return true;
      }
      this.left(); // somebody has gone to what has the focus, perhaps with a reader of the screen
      return false;
    }
    const elsewhere = this.field !== null && this.field !== field && now - this.last < seen;
    this.last = now;
    if (elsewhere) return true;
    this.field = oneLine && key === "Enter" ? null : field;
    return false;
  }
}

/** The page's. */
export const sentence = new Sentence();
