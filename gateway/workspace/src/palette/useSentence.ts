import { useEffect } from "react";
import { altGraph } from "./keys";
import { onMac } from "./machine";
import { typingIn } from "./places";
import { sentence } from "./sentence";

/** Watches where somebody writes, before anybody else hears of a key, and drops what is written where no sentence began. */
export function useSentence(): void {
  useEffect(() => {
    const pressed = (e: KeyboardEvent) => {
      const field = typingIn(e.target) ? (e.target as Element) : null;
      const held = (e.ctrlKey || e.altKey || e.metaKey) && !altGraph(e, { mac: onMac });
      const oneLine = !(e.target instanceof HTMLTextAreaElement);
      const nowhere = document.activeElement === document.body;
      if (!sentence.drops({ field, nowhere, oneLine, key: e.key, held }, e.timeStamp)) return;
      e.preventDefault();
      e.stopImmediatePropagation();
    };
    const left = () => sentence.left();
    window.addEventListener("keydown", pressed, true);
    for (const kind of ["pointerdown", "click"]) window.addEventListener(kind, left, true);
    return () => {
      window.removeEventListener("keydown", pressed, true);
      for (const kind of ["pointerdown", "click"]) window.removeEventListener(kind, left, true);
    };
  }, []);
}
