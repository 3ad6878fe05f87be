import { type FocusEvent, type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { held } from "./order";

/** A finger leaves with each tap; a second tap so soon after it, in milliseconds, meets what the first one met. */
const secondTap = 1_000;

/**
 * Keeps a list's order while the pointer or the keyboard's focus is inside; a focus that a press of the mouse left there
 * holds nothing. The handlers belong on the list's element.
 */
export function useHeldOrder(wanted: readonly string[]) {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const tapped = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(tapped.current), []);
  const list = useRef<HTMLElement>(null);
  const focusedRow = useRef<Element | null>(null);
  const shown = useRef<readonly string[]>(wanted);
  shown.current = pointer || focus ? held(shown.current, wanted) : wanted;

  // A row that goes takes the focus with it and tells nobody: then what stands in its place gets it.
  useLayoutEffect(() => {
    if (!focus || list.current?.contains(document.activeElement)) return;
    const row = focusedRow.current?.querySelector<HTMLElement>("[data-row]");
    if (document.activeElement === document.body && row?.isConnected) row.focus({ preventScroll: true });
    else setFocus(false);
  });

  const handlers = {
    ref: list,
    onPointerEnter: () => {
      clearTimeout(tapped.current);
      setPointer(true);
    },
    onPointerLeave: (e: PointerEvent) => {
      if (e.pointerType === "mouse") setPointer(false);
      else tapped.current = setTimeout(() => setPointer(false), secondTap);
    },
    onFocus: (e: FocusEvent<HTMLElement>) => {
      focusedRow.current = e.target.closest("li");
      if (e.target.matches(":focus-visible")) setFocus(true);
    },
    onBlur: (e: FocusEvent<HTMLElement>) => {
      if (!e.currentTarget.contains(e.relatedTarget)) setFocus(false);
    },
  };
  return { shown: shown.current, handlers };
}
