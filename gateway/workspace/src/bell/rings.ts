import { madeInactive } from "../feed/derive";
import type { View } from "../feed/view";
import type { Message, Row } from "../protocol/frames.gen";

/** Something the operator is to be told of, even when he looks elsewhere (S101). */
export type Ring =
  | { readonly kind: "offer"; readonly row: Row }
  | { readonly kind: "transferred"; readonly row: Row }
  | { readonly kind: "message"; readonly row: Row; readonly message: Message }
  | { readonly kind: "inactive" };

/**
 * What has come between two views. Pure: it asks the views alone, so it does not matter whether a push brought the news
 * or the snapshot after a break; what both views have never rings. inView: somebody looks at a tab of the workspace.
 */
export function ringsBetween(before: View, after: View, inView: boolean): Ring[] {
  const first = before.me === null || before.me.id !== after.me?.id;
  const out: Ring[] = [];
  if (after.offers !== before.offers) {
    for (const row of after.offers.values()) {
      if (first || !before.offers.has(row.id)) out.push({ kind: "offer", row });
    }
  }
  if (first) return out; // a page just loaded shows its chats, it does not announce them
  if (after.chats !== before.chats) out.push(...inChats(before, after, inView));
  if (madeInactive(after, before)) out.push({ kind: "inactive" });
  return out;
}

function inChats(before: View, after: View, inView: boolean): Ring[] {
  const out: Ring[] = [];
  for (const [id, desk] of after.chats) {
    const old = before.chats.get(id);
    if (old === undefined) {
      if (handedOver(before, desk.chat)) out.push({ kind: "transferred", row: desk.chat });
      continue;
    }
    if (inView || desk.messages === old.messages) continue;
    const message = newestFrom(desk.messages, id);
    if (message !== null && message.position > (newestFrom(old.messages, id)?.position ?? 0)) {
      out.push({ kind: "message", row: desk.chat, message });
    }
  }
  return out;
}

/** A chat that came without having been offered, and continues another: a colleague gave it away (S44). */
function handedOver(before: View, chat: Row): boolean {
  return chat.parent !== null && !before.offers.has(chat.id);
}

/** The newest thing the customer has said in the chat itself; edits and reactions are no news. */
function newestFrom(messages: readonly Message[], chat: string): Message | null {
  for (let i = messages.length - 1; i >= 0; i--) {
    const m = messages[i];
    if (m === undefined || m.chat !== chat) return null;
    if (m.direction === "in" && m.author.kind === "customer") return m;
  }
  return null;
}
