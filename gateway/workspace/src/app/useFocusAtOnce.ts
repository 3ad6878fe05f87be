import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Brings the focus here as soon as this stands on the page. A dialog gives it to its first field only a moment later, and
 * what somebody quick types meanwhile would go into the reply box, an Enter even to the customer.
 */
export function useFocusAtOnce<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null);
  useLayoutEffect(() => element.current?.focus(), []);
  return element;
}
