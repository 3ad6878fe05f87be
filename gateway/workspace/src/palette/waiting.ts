import { factsOf } from "../feed/facts";
import { chatsInOrder } from "../feed/order";
import type { View } from "../feed/view";

/** The chat to go to next among those that wait on me: behind the open one, the longest first, and round again. */
export function nextWaiting(view: View, open: string | null): string | null {
  const waiting = chatsInOrder(view).filter((id) => {
    const desk = view.chats.get(id);
    return desk !== undefined && factsOf(desk).waitingSince !== null;
  });
  const at = open === null ? -1 : waiting.indexOf(open);
  return waiting[(at + 1) % waiting.length] ?? null;
}
