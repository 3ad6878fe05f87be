import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { VListHandle } from "virtua";
import { useWorkspace } from "../app/context";
import { indexOf } from "../feed/messages";
import type { Message } from "../protocol/frames.gen";
import { seek } from "./seek";

/** After so many milliseconds a list that has not moved is where it was to go: the message was in sight already. */
const unmoved = 500;

export interface GoTo {
  readonly goTo: (id: string) => void;
  /** Whether somebody is on the way to a message: then the list does not stay at its end. */
  readonly going: React.RefObject<boolean>;
  /** Older messages are read for it. */
  readonly seeking: boolean;
  /** To be told that the list has stopped moving. */
  readonly rested: () => void;
  /** Somebody wants to be elsewhere: no more is read for it. */
  readonly giveUp: () => void;
}

/**
 * Goes to the message that a quote leads to. One that is not here yet is read page by page; the list goes to it when it
 * is drawn with it. Of several only the last is gone to. When it is over, arrived looks where the list is.
 */
export function useGoTo(
  chat: string,
  list: React.RefObject<VListHandle | null>,
  messages: readonly Message[],
  older: () => Promise<void>,
  arrived: React.RefObject<() => void>,
): GoTo {
  const workspace = useWorkspace();
  const [sought, setSought] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const going = useRef(false);

  const rested = useCallback(() => {
    if (wanted.current !== null || !going.current) return;
    going.current = false;
    arrived.current();
  }, [arrived]);

  useLayoutEffect(() => {
    const at = sought === null ? -1 : indexOf(messages, sought);
    if (at < 0) return;
    list.current?.scrollToIndex(at, { align: "center" });
    wanted.current = null;
    setSought(null);
    setTimeout(rested, unmoved);
  }, [sought, messages, list, rested]);

  useEffect(
    () => () => {
      wanted.current = null; // nobody looks at this chat any more: no page is read for it
    },
    [],
  );

  const giveUp = useCallback(() => {
    wanted.current = null;
    setSought(null);
    rested();
  }, [rested]);

  const goTo = useCallback(
    (id: string) => {
      const read = () => (workspace.view.chats.get(chat) ?? workspace.view.ended.get(chat))?.messages ?? [];
      const here = () => indexOf(read(), id) >= 0;
      wanted.current = id;
      going.current = true;
      workspace.chats.looks(chat, false); // or what was read would be let go again as too old
      setSought(id);
      void seek(here, { oldest: () => read()[0]?.id, older }, () => wanted.current === id).then(() => {
        if (here() || wanted.current !== id) return;
        giveUp();
        workspace.notices.tell({ tone: "info", key: "quoteFar", word: "chat.quoteFar" });
      });
    },
    [workspace, chat, older, giveUp],
  );
  return { goTo, going, seeking: sought !== null, rested, giveUp };
}
