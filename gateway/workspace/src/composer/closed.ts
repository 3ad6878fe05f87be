import { useCallback, useSyncExternalStore } from "react";
import { useWorkspace } from "../app/context";
import type { Workspace } from "../desk/workspace";
import { windowCloses } from "../feed/derive";
import type { Full } from "../protocol/frames.gen";

/** Why nobody can reply in a chat; null when one can. */
export type Closed = "thread" | "window" | null;

export function closedBecause(chat: Pick<Full, "thread_control" | "window_closes_at">, now: number): Closed {
  if (chat.thread_control === "other") return "thread";
  const until = windowCloses(chat);
  return until !== null && until <= now ? "window" : null;
}

/** Follows that by the feed and by the server's clock. Every customer message moves the window; whoever uses this does not notice. */
export function useClosed(chat: string): Closed {
  const workspace = useWorkspace();
  const subscribe = useCallback((changed: () => void) => watch(workspace, chat, changed), [workspace, chat]);
  return useSyncExternalStore(subscribe, () => {
    const desk = workspace.view.chats.get(chat);
    return desk === undefined ? null : closedBecause(desk.chat, workspace.clock.now());
  });
}

/** A timer of the browser may ring a little early. */
const late = 50;

function watch({ feed, clock }: Workspace, chat: string, changed: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let set: number | null = null;
  const wind = () => {
    const desk = feed.store.getState().chats.get(chat);
    const until = desk === undefined ? null : windowCloses(desk.chat);
    if (until === set) return;
    set = until;
    clearTimeout(timer);
    const rest = (until ?? 0) - clock.now();
    if (rest > 0) timer = setTimeout(changed, rest + late);
  };
  wind();
  const follow = () => {
    wind();
    changed();
  };
  const leave = feed.store.subscribe(follow);
  const ignore = clock.ahead.subscribe(() => {
    set = null; // the moment is the same, the time until then is not
    follow();
  });
  return () => {
    leave();
    ignore();
    clearTimeout(timer);
  };
}
