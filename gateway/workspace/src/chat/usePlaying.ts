import { type SyntheticEvent, useMemo, useRef, useState } from "react";
import type { Item } from "./items";

const none: readonly number[] = [];

/**
 * Keeps the line of a recording that was started: lines out of sight are not drawn, and what is not drawn falls silent
 * and forgets how far it was. Only one recording is heard at a time. The handlers belong around the list.
 */
export function usePlaying(items: readonly Item[]) {
  const [message, setMessage] = useState<string | null>(null);
  const player = useRef<HTMLMediaElement>(null);
  const handlers = useMemo(
    () => ({
      onPlayCapture: (e: SyntheticEvent) => {
        if (!(e.target instanceof HTMLMediaElement)) return;
        if (player.current !== e.target) player.current?.pause();
        player.current = e.target;
        setMessage(e.target.closest<HTMLElement>("[data-message]")?.dataset.message ?? null);
      },
      onEndedCapture: (e: SyntheticEvent) => {
        if (e.target === player.current) setMessage(null);
      },
    }),
    [],
  );
  const keep = useMemo(() => kept(items, message), [items, message]);
  return { keep, handlers };
}

/** Where the line of a message is, as the list wants to know it. */
export function kept(items: readonly Item[], message: string | null): readonly number[] {
  const at = message === null ? -1 : items.findLastIndex((i) => i.message.id === message);
  return at < 0 ? none : [at];
}
