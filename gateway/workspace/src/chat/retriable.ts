import type { Message } from "../protocol/frames.gen";

/**
 * Whether it is for this operator, in this chat, to send a message again: the server takes that only for his own
 * messages, and not for those of the chat that this one continues.
 */
export function retriable(m: Message, chat: string, me: string | undefined): boolean {
  return m.chat === chat && m.author.kind === "operator" && m.author.id === me;
}
