import { useCallback, useSyncExternalStore } from "react";
import { useWorkspace } from "../app/context";
import { windowCloses } from "../feed/derive";
import type { Feed } from "../feed/store";
import type { Full } from "../protocol/frames.gen";

/** Why nobody can reply in a chat; null when one can. */
export type Closed = "thread" | "window" | null;

export function closedBecause(chat: Pick<Full, "thread_control" | "window_closes_at">, now: number): Closed {
  if (chat.thread_control === "other") return "thread";
  const until = windowCloses(chat);
  return until !== null && until <= now ? "window" : null;
}

/** Follows that by the feed and by the clock. Every customer message moves the window; whoever uses this does not notice. */
export function useClosed(chat: string): Closed {
  const { feed } = useWorkspace();
  const subscribe = useCallback((changed: () => void) => watch(feed, chat, changed), [feed, chat]);
  return useSyncExternalStore(subscribe, () => {
    const desk = feed.store.getState().chats.get(chat);
    return desk === undefined ? null : closedBecause(desk.chat, Date.now());
  });
}

/** A timer of the browser may ring a little early. */
const late = 50;

function watch(feed: Feed, chat: string, changed: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let set: number | null = null;
  const wind = () => {
    const desk = feed.store.getState().chats.get(chat);
    const until = desk === undefined ? null : windowCloses(desk.chat);
    if (until === set) return;
    set = until;
    clearTimeout(timer);
    if (until !== null && until > Date.now()) timer = setTimeout(changed, until - Date.now() + late);
  };
  wind();
  const leave = feed.store.subscribe(() => {
    wind();
    changed();
  });
  return () => {
    leave();
    clearTimeout(timer);
  };
}
