/** A macro that the server could not fill in, as it stands in a text. */
export interface Blank {
  readonly from: number;
  readonly to: number;
  /** {{contact.phone}} */
  readonly macro: string;
}

const form = /\{\{\s*(?:contact|operator|chat|queue)\.[a-z_]+\s*\}\}/;

/** The first macro of a text that nobody has filled in; such a text is not sent (S37). */
export function firstBlank(text: string): Blank | null {
  const found = form.exec(text);
  return found === null ? null : { from: found.index, to: found.index + found[0].length, macro: found[0] };
}
