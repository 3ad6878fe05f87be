/** How well typed words fit a row of the palette. Pure; made for every key, so it is plain and quick. */

/** A text of a row as it is searched; weight says how much finding something in it counts, 0 to 1. */
export interface Field {
  readonly folded: string;
  readonly weight: number;
  readonly where: Where;
}

/**
 * Where a word may be found in a text: at the start of its words, inside them too, or even with its letters scattered.
 * The last is for names; in long texts nearly everything is found so.
 */
export type Where = "starts" | "inside" | "scattered";

export function field(text: string, weight: number, where: Where = "scattered"): Field {
  return { folded: fold(text), weight, where };
}

/** Without case and diacritics, so that é finds e and й finds и, in every script. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of what was typed, as they are searched. */
export function wordsOf(query: string): string[] {
  return fold(query).split(/\s+/u).filter(Boolean);
}

/** How well all words fit, 0 to 1; 0 when one of them is nowhere. No words fit everything alike. */
export function score(words: readonly string[], fields: readonly Field[]): number {
  if (words.length === 0) return 1;
  let sum = 0;
  for (const word of words) {
    let best = 0;
    for (const f of fields) best = Math.max(best, f.weight * worth(word, f));
    if (best === 0) return 0;
    sum += best;
  }
  return sum / words.length;
}

function worth(word: string, { folded, where }: Field): number {
  if (folded === word) return 1;
  if (folded.startsWith(word)) return 0.95;
  const at = startOfWord(folded, word);
  if (at > 0) return 0.85;
  if (where === "starts") return 0;
  if (folded.includes(word)) return 0.6;
  return where === "scattered" ? scattered(word, folded) : 0;
}

/** Where the word begins a word of the text; -1 when nowhere. */
function startOfWord(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return at;
  }
  return -1;
}

/** The letters in their order with others between them; the closer the better, and only when fairly close. */
function scattered(word: string, text: string): number {
  if (word.length < 2) return 0;
  let best = 0;
  for (let from = text.indexOf(word.charAt(0)); from >= 0; from = text.indexOf(word.charAt(0), from + 1)) {
    let at = from;
    for (let i = 1; i < word.length && at >= 0; i++) at = text.indexOf(word.charAt(i), at + 1);
    if (at < 0) break;
    best = Math.max(best, word.length / (at - from + 1));
  }
  return best < 0.4 ? 0 : 0.5 * best;
}
