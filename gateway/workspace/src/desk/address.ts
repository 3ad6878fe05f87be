import type { Workspace } from "./workspace";

const prefix = "/chat/";

/** The chat that an address names; null for the page without one. */
export function chatOf(path: string): string | null {
  if (!path.startsWith(prefix)) return null;
  try {
    return decodeURIComponent(path.slice(prefix.length)) || null;
  } catch {
    return null;
  }
}

export function pathOf(chat: string | null): string {
  return chat === null ? "/" : prefix + encodeURIComponent(chat);
}

/**
 * Keeps the address and the open chat the same, so that a reload or a bookmark finds the chat again. Opening the first
 * chat is a step back can undo (on a telephone it leads to the lists); going from chat to chat is none.
 */
export function followAddress(w: Workspace, page: Pick<Window, "location" | "history" | "addEventListener">): void {
  w.chats.open(chatOf(page.location.pathname));
  page.addEventListener("popstate", () => w.chats.open(chatOf(page.location.pathname)));
  w.local.subscribe((now, before) => {
    if (now.open === before.open || now.open === chatOf(page.location.pathname)) return;
    const step = before.open === null ? "pushState" : "replaceState";
    page.history[step](null, "", pathOf(now.open));
  });
}
