import { tokenAt } from "./token";

/** Changes of the reply box as if somebody had typed them: what is undone by Ctrl+Z, and told to the box by its own event. */

/** Puts text in the place of a part of a field; the cursor stands behind it. */
export function replace(field: HTMLTextAreaElement, from: number, to: number, text: string): void {
  field.focus({ preventScroll: true });
  field.setSelectionRange(from, to);
  // The only way to write that a browser can undo. One that has given it up is told of the change as of a typed one.
  if (text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Opens a search for quick replies at the cursor, as the two slashes do. */
export function beginSearch(): void {
  const field = document.getElementById("reply");
  if (!(field instanceof HTMLTextAreaElement)) return; // the chat cannot be answered now
  const { selectionEnd: at, value } = field; // what is marked stays
  field.focus({ preventScroll: true });
  if (tokenAt(value, at) !== null) return;
  const apart = at === 0 || /\s/.test(value.charAt(at - 1));
  replace(field, at, at, apart ? "//" : " //");
}
