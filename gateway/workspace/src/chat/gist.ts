import type { Message } from "../protocol/frames.gen";
import type { Say } from "../words/words";

/**
 * What a message says in one line: its text, or what kind of file it is; empty when it is neither. What its author took
 * back is said nowhere.
 */
export function gist(m: Message, say: Say): string {
  if (m.deleted) return say("chat.deleted");
  const first = m.attachments[0];
  return m.text !== "" || first === undefined ? m.text : say(`lists.file.${first.kind}`);
}
