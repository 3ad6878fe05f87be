import { useCallback, useRef, useState } from "react";
import { useWorkspace } from "../app/context";
import type { ScrollRest } from "./scrollrest";

/** Reads older messages of a chat, one page at a time; whoever asks meanwhile waits for the same one. */
export function useOlder(chat: string, rest: ScrollRest): { older: () => Promise<void>; reading: boolean } {
  const workspace = useWorkspace();
  const [reading, setReading] = useState(false);
  const running = useRef<Promise<void> | null>(null);
  const older = useCallback((): Promise<void> => {
    if (running.current !== null) return running.current;
    const { chats, ended } = workspace.view;
    if ((chats.get(chat) ?? ended.get(chat))?.more !== true) return Promise.resolve();
    setReading(true);
    running.current = workspace.chats
      .older(chat, () => rest.moment())
      .finally(() => {
        running.current = null;
        setReading(false);
      });
    return running.current;
  }, [workspace, chat, rest]);
  return { older, reading };
}
