import { useState } from "react";
import { useWorkspace } from "../app/context";
import { Sights } from "./sights";

/** The list's memory of the rows that are shown. */
export function useSights(shown: readonly string[]): Sights {
  const { feed, clock } = useWorkspace();
  const [sights] = useState(() => new Sights());
  const view = feed.listed.getState();
  sights.look(shown, (chat) => view.offers.get(chat) ?? view.chats.get(chat)?.chat, clock.now());
  return sights;
}
