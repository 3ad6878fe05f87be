import type { Workspace } from "./workspace";

/** Where there is no room for a third pane the contact lies over the chat (Shell.module.css). */
export const narrow = "(max-width: 68rem)";

/**
 * Shows or hides the pane with the contact. Where there is room it is a setting that stays; where it lies over the chat it
 * is shown for the moment only, or every chat that is opened would be covered.
 */
export function showDetails(w: Workspace, shown: boolean): void {
  if (matchMedia(narrow).matches) w.local.setState({ overlay: shown });
  else w.settings.setState({ details: shown });
}

export function detailsShown(w: Workspace): boolean {
  return matchMedia(narrow).matches ? w.local.getState().overlay : w.settings.getState().details;
}

/** Does something in the chat: a pane that covers it is taken away before, and the page has a moment to follow. */
export function uncovered(w: Workspace, act: () => void): void {
  if (matchMedia(narrow).matches && w.local.getState().overlay) {
    showDetails(w, false);
    setTimeout(act);
  } else {
    act();
  }
}
