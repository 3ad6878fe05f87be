import { useEffect } from "react";
import { useWorkspace } from "../app/context";
import { shortcutOf } from "./keys";
import { onMac } from "./machine";
import { arrowsFree, modalOpen, typingIn } from "./places";
import { shortcuts } from "./table";

/** Listens to the keys of the whole page. */
export function useShortcuts(): void {
  const workspace = useWorkspace();
  useEffect(() => {
    const pressed = (e: KeyboardEvent) => {
      if (e.defaultPrevented) return; // somebody closer to the focus has used it
      if (workspace.sessions.store.getState().is !== "in") return;
      const { dialog } = workspace.local.getState();
      const context = {
        typing: typingIn(e.target),
        modal: dialog !== null || modalOpen(),
        palette: dialog?.is === "palette",
        arrows: arrowsFree(e.target),
        letters: workspace.settings.getState().letterKeys,
        mac: onMac,
      };
      const meant = shortcutOf(e, context, shortcuts);
      const shortcut = shortcuts.find((s) => s.id === meant?.id);
      if (meant === null || shortcut?.run === undefined) return;
      e.preventDefault(); // also when it can do nothing now: the browser's menu would be a surprise
      if (shortcut.can?.(workspace) !== false) shortcut.run(workspace, meant.n);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [workspace]);
}
