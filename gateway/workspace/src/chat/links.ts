/** A stretch of a text: plain, or a web address. */
export interface Stretch {
  /** Where it begins in the text. */
  readonly at: number;
  readonly text: string;
  readonly link: boolean;
}

/** Web addresses; a closing bracket or a full stop behind one is not part of it. Nothing but http and https is a link. */
const address = /\bhttps?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/gi;

/** Cuts a text into what is a web address and what is not; joined again they are the text. */
export function stretches(text: string): Stretch[] {
  const out: Stretch[] = [];
  let from = 0;
  for (const found of text.matchAll(address)) {
    if (found.index > from) out.push({ at: from, text: text.slice(from, found.index), link: false });
    out.push({ at: found.index, text: found[0], link: true });
    from = found.index + found[0].length;
  }
  if (from < text.length) out.push({ at: from, text: text.slice(from), link: false });
  return out;
}
