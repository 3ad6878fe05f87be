import { factsOf } from "./facts";
import type { Desk, View } from "./view";

/** In which order lists show chats, and what is counted over all of them. */

/** Offers, oldest chat first (S27). */
export function offersInOrder(view: View): string[] {
  return [...view.offers.values()]
    .sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id))
    .map((row) => row.id);
}

/** Chats in progress: those that wait on me, the longest first; then the others, the latest first. */
export function chatsInOrder(view: View): string[] {
  const rank = (d: Desk) => ({ id: d.chat.id, since: factsOf(d).waitingSince, at: factsOf(d).lastAt });
  return [...view.chats.values()]
    .map(rank)
    .sort((a, b) => {
      if (a.since !== null && b.since !== null) return a.since - b.since || a.id.localeCompare(b.id);
      if (a.since !== null || b.since !== null) return a.since !== null ? -1 : 1;
      return b.at - a.at || a.id.localeCompare(b.id);
    })
    .map((r) => r.id);
}

/** How many chats wait for this operator's reply. */
export function waitingOnMe(view: View): number {
  let n = 0;
  for (const d of view.chats.values()) if (factsOf(d).waitingSince !== null) n++;
  return n;
}

/** All waiting chats of the operator's queues. */
export function waitingInQueues(view: View): number {
  return Object.values(view.waiting).reduce((sum, n) => sum + n, 0);
}
