/** A search for quick replies in a text: where its two slashes stand, and what is typed behind them. */
export interface Token {
  readonly from: number;
  readonly q: string;
}

/** So far behind the slashes nobody searches any more; characters. */
const longest = 60;

/**
 * The search in which the cursor stands. Two slashes open one at the beginning of the text or behind a space, so an address
 * does not; a space right behind them, or the end of the line, is no search.
 */
export function tokenAt(text: string, cursor: number): Token | null {
  const from = text.lastIndexOf("//", cursor - 2);
  if (cursor < 2 || from < 0 || cursor - from - 2 > longest) return null;
  if (from > 0 && !/\s/.test(text.charAt(from - 1))) return null;
  const q = text.slice(from + 2, cursor);
  return q.includes("\n") || /^\s/.test(q) ? null : { from, q };
}

/** Whether a search still stands where it stood: a draft from another device may have taken the place of the text. */
export function stands({ from, q }: Token, text: string): boolean {
  return text.startsWith(`//${q}`, from);
}
