import { useLayoutEffect, useState } from "react";

/** Where the focus was before anything lay over the page; one dialog may be followed by another, or lie over it. */
let home: Element | null = null;

/**
 * Gives the focus back to where it was when this came up, unless it has been put somewhere else. Mantine does so only
 * for what is closed while it stays mounted; the dialogs here are gone when they are closed.
 */
export function useFocusBack(): void {
  const [before] = useState(() => {
    const now = document.activeElement; // during the first drawing nobody has moved it yet
    if (now !== null && now.closest('[aria-modal="true"]') === null) home = now;
    return { now, home };
  });
  useLayoutEffect(
    () => () => {
      // At once, while what is closed still stands there: whoever looks a moment later finds the focus where it belongs.
      const now = document.activeElement;
      const free = now === null || now === document.body || now.closest('[aria-modal="true"]') !== null;
      // What was in a dialog that has been followed by this one is gone; one that lay below still has it.
      const place = before.now?.isConnected && before.now !== document.body ? before.now : before.home;
      if (free && place instanceof HTMLElement && place.isConnected) place.focus({ preventScroll: true });
    },
    [before],
  );
}
