import type { Message } from "../protocol/frames.gen";
import type { Desk } from "./view";

/** How long after a customer's message a channel lets one reply, in milliseconds by channel id; others have no window. */
export type Windows = ReadonlyMap<string, number>;

/**
 * The chat with its window for replies as the messages opened it that came behind what the server has said of the chat
 * (its last_position): the chat is not told anew with each of them.
 */
export function opened<D extends Desk>(desk: D, windows: Windows): D {
  const { chat, messages } = desk;
  let out = desk;
  for (let i = messages.length - 1; i >= 0; i--) {
    const m = messages[i];
    if (m === undefined || m.chat !== chat.id || m.position <= chat.last_position) break;
    out = extended(out, m, windows);
  }
  return out;
}

/** The chat with its window as one more message opens it. */
export function extended<D extends Desk>(desk: D, m: Message, windows: Windows): D {
  const { chat } = desk;
  const window = windows.get(chat.channel.id);
  if (window === undefined || m.chat !== chat.id || m.position <= chat.last_position || m.author.kind !== "customer")
    return desk;
  const closes = Date.parse(m.at) + window;
  if (chat.window_closes_at !== null && Date.parse(chat.window_closes_at) >= closes) return desk;
  return { ...desk, chat: { ...chat, window_closes_at: new Date(closes).toISOString() } };
}
