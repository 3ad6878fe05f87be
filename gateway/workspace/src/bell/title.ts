import type { View } from "../feed/view";

/** How much waits for the operator: offers, and chats with something unread. */
export function countOf(view: View, unread: (chat: string) => number): number {
  let n = view.offers.size;
  for (const id of view.chats.keys()) if (unread(id) > 0) n++;
  return n;
}

export function titleOf(count: number): string {
  return count === 0 ? "Parley" : `(${count}) Parley`;
}
