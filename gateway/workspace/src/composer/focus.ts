import { type RefObject, useEffect } from "react";
import { useBox, useLocal } from "../app/context";
import { typingIn } from "../palette/places";

/** Puts the cursor behind the last character. */
function enter(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
}

/** On a touch screen a focused field brings the keyboard up over the chat that somebody wants to read. */
function byTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

/** Whether somebody is at work elsewhere: in a dialog, or typing. A status that was pressed has the focus and no work. */
function busyElsewhere(): boolean {
  const at = document.activeElement;
  return at?.closest("[role=dialog]") != null || typingIn(at);
}

/**
 * Brings the focus to the reply box: when the chat is opened, when a message to answer has been chosen, and when a
 * dialog closes that has nowhere else to give it.
 */
export function useReplyFocus(field: RefObject<HTMLTextAreaElement | null>, chat: string): void {
  const replyTo = useBox(chat, (b) => b.replyTo);
  const dialog = useLocal((l) => l.dialog !== null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another chat is the reason to go there
  useEffect(() => {
    if (!byTouch() && !busyElsewhere()) enter(field.current);
  }, [field, chat]);
  useEffect(() => {
    if (replyTo !== null) enter(field.current);
  }, [field, replyTo]);
  useEffect(() => {
    if (dialog) return;
    const frame = requestAnimationFrame(() => {
      if (!byTouch() && document.activeElement === document.body) enter(field.current);
    });
    return () => cancelAnimationFrame(frame);
  }, [field, dialog]);
}
