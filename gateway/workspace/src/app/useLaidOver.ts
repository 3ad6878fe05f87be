import { useMediaQuery } from "@mantine/hooks";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { narrow, showDetails } from "../desk/details";
import { focusReplyBox, modalOpen } from "../palette/places";
import { useLocal, useWorkspace } from "./context";

/**
 * Whether the contact lies over the chat, which is to be inert then (S103). The focus goes into the pane, Escape or a press
 * beside it takes it away, and the focus goes back to where it was.
 */
export function useLaidOver(pane: RefObject<HTMLElement | null>): boolean {
  const there = useMediaQuery(narrow, undefined, { getInitialValueInEffect: false });
  const over = useLocal((l) => l.overlay) && there === true;
  useFocusIn(over, pane);
  useWayOut(over);
  return over;
}

function useFocusIn(over: boolean, pane: RefObject<HTMLElement | null>): void {
  const home = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (over) {
      home.current = document.activeElement;
      if (!modalOpen()) pane.current?.focus({ preventScroll: true });
      return;
    }
    const back = home.current;
    home.current = null;
    // What was not in the pane any more has been put elsewhere: into the lists, or into the chat that was opened.
    if (back === null || document.activeElement !== document.body) return;
    if (back instanceof HTMLElement && back !== document.body) back.focus({ preventScroll: true });
    if (document.activeElement === document.body) focusReplyBox();
    if (document.activeElement === document.body) document.getElementById("chat")?.focus();
  }, [over, pane]);
}

function useWayOut(over: boolean): void {
  const workspace = useWorkspace();
  useEffect(() => {
    if (!over) return;
    let others = false;
    // What has Escape for itself is asked before it has closed: it does not say that it has used the key.
    const asked = (e: KeyboardEvent) => {
      others = modalOpen() || (e.target instanceof Element && e.target.closest("[role=dialog]") !== null);
    };
    const pressed = (e: KeyboardEvent) => {
      if (e.key === "Escape" && !e.defaultPrevented && !others && !e.isComposing) showDetails(workspace, false);
    };
    // What is inert lets a press through to what it stands in.
    const beside = (e: MouseEvent) => {
      if (e.target instanceof Element && e.target.matches("main")) showDetails(workspace, false);
    };
    window.addEventListener("keydown", asked, true);
    window.addEventListener("keydown", pressed);
    window.addEventListener("click", beside);
    return () => {
      window.removeEventListener("keydown", asked, true);
      window.removeEventListener("keydown", pressed);
      window.removeEventListener("click", beside);
    };
  }, [over, workspace]);
}
