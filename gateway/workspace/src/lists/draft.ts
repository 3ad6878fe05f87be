import type { Box } from "../desk/boxes";

/** What stands unsent in a reply box, in one line: the text, or where there is none the files by their names. */
export function draftOf({ draft, files }: Box): string {
  return draft.text.trim() || files.map((f) => f.name).join(", ");
}
