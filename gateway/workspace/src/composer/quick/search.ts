import type { Template } from "../../protocol/frames.gen";
import { type Token, tokenAt } from "./token";

/** What the server found for a query; null = it could not be asked. */
export interface Found {
  readonly q: string;
  readonly templates: readonly Template[] | null;
}

/** A search for quick replies in the reply box, as it stands. */
export interface Search {
  /** null = nobody searches. */
  readonly token: Token | null;
  /** Where somebody has given a search up: what stands there is text. */
  readonly given: number | null;
  /** The newest answer; shown until a newer one is there. */
  readonly found: Found | null;
  /** The marked row. */
  readonly at: number;
  /** Enter came before the answer did: it takes the first row then. */
  readonly wanted: boolean;
  /** How often the server was asked again for what is typed, after it could not be asked. */
  readonly again: number;
}

export const noSearch: Search = { token: null, given: null, found: null, at: 0, wanted: false, again: 0 };

/** The text or the cursor is another one. */
export function looked(s: Search, text: string, cursor: number): Search {
  const token = tokenAt(text, cursor);
  if (token === null || token.from === s.given) {
    const given = token === null ? null : s.given;
    return s.token === null && s.given === given ? s : { ...noSearch, given };
  }
  if (s.token?.from === token.from && s.token.q === token.q) return s;
  const found = s.token === null ? null : s.found;
  return { ...noSearch, token, found };
}

/** The server has answered, or cannot be asked. An answer to what was typed before is of no use any more. */
export function answered(s: Search, found: Found): Search {
  return s.token?.q === found.q ? { ...s, found, at: 0 } : s;
}

/** Somebody keeps as text what looked like a search. */
export function givenUp(s: Search): Search {
  return s.token === null ? s : { ...noSearch, given: s.token.from };
}

/** Somebody looks elsewhere: the search goes on when he comes back. */
export function left(s: Search): Search {
  return s.token === null ? s : { ...noSearch, given: s.given };
}

/** The answer to what is typed now; null while there is none. */
export function current(s: Search): Found | null {
  return s.found !== null && s.found.q === s.token?.q ? s.found : null;
}

/** The rows that are shown. */
export function rowsOf(s: Search): readonly Template[] {
  return s.found?.templates ?? [];
}

/** Moves the mark by a key, round the ends; null = the key moves nothing. */
export function moved(s: Search, key: string): Search | null {
  const n = rowsOf(s).length;
  if (n === 0) return null;
  switch (key) {
    case "ArrowDown":
      return { ...s, at: (s.at + 1) % n };
    case "ArrowUp":
      return { ...s, at: (s.at - 1 + n) % n };
    case "PageDown":
      return { ...s, at: Math.min(s.at + 5, n - 1) };
    case "PageUp":
      return { ...s, at: Math.max(s.at - 5, 0) };
    default:
      return null;
  }
}

/**
 * Enter: the row to take, and the search after it. While the answer is under way, Enter waits for it; where the server
 * could not be asked, it is asked again.
 */
export function entered(s: Search): { readonly taken: Template | null; readonly search: Search } {
  const now = current(s);
  if (now?.templates === null) return { taken: null, search: { ...s, found: null, wanted: true, again: s.again + 1 } };
  if (now === null) return { taken: null, search: s.wanted ? s : { ...s, wanted: true } };
  return { taken: now.templates[s.at] ?? null, search: s.wanted ? { ...s, wanted: false } : s };
}
