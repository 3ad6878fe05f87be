import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useSay, useWorkspace } from "../app/context";
import { announced } from "./announced";
import { type Ring, ringsBetween } from "./rings";

/** So long after one announcement comes the next at the earliest: nobody hears faster; in milliseconds. */
const pace = 1_500;

/** Says what comes to whoever cannot see it. The region is always there, or readers of the screen would not listen to it. */
export function Announcements() {
  const workspace = useWorkspace();
  const say = useSay();
  const words = useRef(say);
  words.current = say;
  const [said, setSaid] = useState({ n: 0, text: "" });
  useEffect(() => {
    let gathered: Ring[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      const text = announced(gathered, workspace.local.getState().open, words.current).join(". ");
      gathered = [];
      // A paragraph of its own, so that the same words are said again; once said it goes, for a customer may take back what
      // he wrote.
      setSaid((before) => ({ n: before.n + 1, text }));
      if (text !== "") timer = setTimeout(tell, pace);
    };
    const stop = workspace.feed.listed.subscribe((now, before) => {
      if (before.me === null) return; // a page that was just loaded is looked through, not told of
      gathered.push(...ringsBetween(before, now, false));
      if (gathered.length > 0) timer ??= setTimeout(tell);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [workspace]);
  return (
    <VisuallyHidden role="log" aria-live="polite" aria-label={say("bell.announcements")}>
      <p key={said.n}>{said.text}</p>
    </VisuallyHidden>
  );
}
