import type { Pending } from "../desk/pending";
import type { Author, Message } from "../protocol/frames.gen";

/** Who sends from this page, and how far the server's clock is ahead of this machine's, in milliseconds. */
export interface Sender {
  readonly author: Author;
  readonly ahead: number;
}

/** The last moment that a date can say. */
const farthest = 8.64e15;

/**
 * A message on its way as it will be once the server has it, so that its line does not change its height then. The server
 * puts it behind the newest of those that are here, and never dates it back.
 */
export function awaited(p: Pending, { author, ahead }: Sender, newest: Message | null): Message {
  const at = Math.max(p.at + ahead, newest === null ? 0 : Date.parse(newest.at));
  return {
    id: p.clientId,
    position: 0,
    chat: p.chat,
    at: new Date(Math.min(at, farthest)).toISOString(),
    direction: "out",
    author,
    text: p.text,
    attachments: p.files.map((f) => ({ ...f, state: "stored", lat: null, lon: null, card: null })),
    reply_to: p.replyTo,
    state: null,
    error: null,
    client_id: p.clientId,
    edited: false,
    deleted: false,
    reactions: [],
    kind: "text",
  };
}
