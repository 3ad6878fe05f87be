import { useEffect } from "react";
import { focusLists, focusReplyBox } from "../palette/places";
import { sentence } from "../palette/sentence";

/** What takes the focus by itself, a dialog that closes or a chat that opens, has done so by then; in milliseconds. */
const others = 60;

/**
 * What goes away takes the focus with it, and whoever works by keys stands nowhere. Then he is brought to the reply box,
 * to the lists, or to the chat's pane, whichever is there; in the middle of a sentence not to the lists, where the next
 * space would accept a chat. A hand at the mouse needs none of this.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let byKeys = false;
    let last: Element | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pressed = (e: Event) => {
      byKeys = e.type === "keydown";
    };
    const came = (e: FocusEvent) => {
      last = e.target instanceof Element ? e.target : null;
    };
    const lost = () => byKeys && document.activeElement === document.body && last !== null && !last.isConnected;
    const changed = () => {
      if (timer !== undefined || !lost()) return;
      timer = setTimeout(() => {
        timer = undefined;
        if (lost()) bringBack();
      }, others);
    };
    const watch = new MutationObserver(changed);
    watch.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("keydown", pressed, true);
    document.addEventListener("pointerdown", pressed, true);
    document.addEventListener("focusin", came);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
      document.removeEventListener("keydown", pressed, true);
      document.removeEventListener("pointerdown", pressed, true);
      document.removeEventListener("focusin", came);
    };
  }, []);
}

function bringBack(): void {
  const pane = () => document.getElementById("chat")?.focus();
  for (const place of sentence.writing === null ? [focusReplyBox, focusLists, pane] : [focusReplyBox, pane]) {
    place();
    if (document.activeElement !== document.body) return;
  }
}
