import type { Full, Message } from "../protocol/frames.gen";
import type { Desk, View } from "./view";

/** What a chat's row and header show beyond what the server says in so many words. Times are Unix milliseconds. */

/**
 * Unread customer messages: those the server has counted and those that came behind (the chat's last_position). readTo
 * is the position that was marked read here: what the server counted before it heard of that counts no more.
 */
export function unreadOf(desk: Desk, readTo = 0): number {
  const { chat, messages } = desk;
  const known = Math.max(chat.last_position, readTo);
  let n = readTo >= chat.last_position && readTo > 0 ? 0 : chat.unread;
  for (let i = messages.length - 1; i >= 0; i--) {
    const m = messages[i];
    if (m === undefined || m.chat !== chat.id || m.position <= known) break;
    if (m.direction === "in") n++;
  }
  return n;
}

/** Since when the customer has been waiting for a reply of an operator; null when it is the customer's turn. */
export function waitingSince(desk: Desk): number | null {
  let since: string | null = null;
  for (let i = desk.messages.length - 1; i >= 0; i--) {
    const m = desk.messages[i];
    if (m === undefined || answers(m)) break;
    if (m.direction === "in" && m.author.kind === "customer") since = m.at;
  }
  return since === null ? null : Date.parse(since);
}

/** A failed reply has not reached the customer, who is still waiting. */
function answers(m: Message): boolean {
  return m.direction === "out" && m.author.kind === "operator" && m.state !== "failed";
}

/** The newest message that says something; null in an empty chat. */
export function lastMessage(desk: Desk): Message | null {
  for (let i = desk.messages.length - 1; i >= 0; i--) {
    const m = desk.messages[i];
    if (m !== undefined && m.author.kind !== "system") return m;
  }
  return null;
}

/** When something was last said in the chat. */
export function lastAt(desk: Desk): number {
  const newest = desk.messages[desk.messages.length - 1];
  return Date.parse(newest?.at ?? desk.chat.last_at ?? desk.chat.created_at);
}

/** The position of the newest message of the chat itself; 0 when there is none. */
export function newestPosition(desk: Desk): number {
  const newest = desk.messages[desk.messages.length - 1];
  return newest !== undefined && newest.chat === desk.chat.id ? newest.position : 0;
}

/** The operator was made Inactive because he let an offer go by, and was not before (S25). */
export function madeInactive(now: View, before: View): boolean {
  const was = before.me?.id === now.me?.id ? before.me?.reason : undefined;
  return now.me?.reason === "offer_expired" && was !== "offer_expired";
}

/** When the provider's window for replies closes (window.ts keeps it true); null = no window. */
export function windowCloses(chat: Pick<Full, "window_closes_at">): number | null {
  return chat.window_closes_at === null ? null : Date.parse(chat.window_closes_at);
}
