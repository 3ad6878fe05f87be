/** The letters that stand for a picture: of the first and the last word of a name. Emoji and family signs stay whole. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  const named = words.filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const from = named.length > 0 ? named : words;
  const ends = from.length > 1 ? [from[0], from.at(-1)] : from;
  return ends.map((word) => firstSign(word ?? "")).join("");
}

const signs = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Without the heaps of accents that some names carry. */
function firstSign(word: string): string {
  const [first] = signs.segment(word);
  return (first?.segment ?? "")
    .normalize("NFC")
    .replace(/(?<=\p{L})\p{M}+/gu, "")
    .toUpperCase();
}
