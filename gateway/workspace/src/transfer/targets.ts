import { useCallback, useEffect, useRef, useState } from "react";
import { useLocal, useWorkspace } from "../app/context";
import { type Menu, renewed } from "./menu";

/** How often the menu is asked for again while it is open, in milliseconds. */
const every = 3_000;

/** The menu of a chat: null until the server has told it. It is renewed while it is open, and by renew at once. */
export function useTargets(chat: string): { readonly menu: Menu | null; readonly renew: () => void } {
  const workspace = useWorkspace();
  const connected = useLocal((l) => l.standing.is === "open");
  const [menu, set] = useState<Menu | null>(null);
  const asked = useRef(0);
  const renew = useCallback(() => {
    const mine = ++asked.current;
    workspace.chats.targets(chat).then(
      (targets) => mine === asked.current && set((before) => renewed(before ?? [], targets)),
      () => {}, // what is here stays; the next time comes by itself
    );
  }, [workspace, chat]);
  useEffect(() => {
    if (!connected) return;
    renew();
    const timer = setInterval(renew, every);
    return () => clearInterval(timer);
  }, [connected, renew]);
  return { menu, renew };
}
