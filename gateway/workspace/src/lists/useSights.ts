import { useState } from "react";
import { useWorkspace } from "../app/context";
import { Sights } from "./sights";

/** The list's memory of the rows that are shown. */
export function useSights(shown: readonly string[]): Sights {
  const { feed, clock, tab } = useWorkspace();
  const [sights] = useState(() => new Sights(tab));
  const view = feed.listed.getState();
  sights.look(shown, (chat) => view.offers.get(chat) ?? view.chats.get(chat)?.chat, clock.now());
  return sights;
}
