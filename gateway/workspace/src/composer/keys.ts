import type { Settings } from "../desk/settings";

/** What of a key's event decides. keyCode 229 is what older browsers say of a key that belongs to an input method. */
export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/**
 * Whether a key sends. Shift+Enter always breaks the line, Ctrl+Enter (Cmd+Enter) always sends, Enter alone as it is set;
 * the Enter that chooses a word of an input method belongs to that.
 */
export function sends(e: Pressed, mode: Settings["sendKey"]): boolean {
  if (e.key !== "Enter" || e.isComposing || e.keyCode === 229 || e.shiftKey || e.altKey) return false;
  return e.ctrlKey || e.metaKey || mode === "enter";
}
