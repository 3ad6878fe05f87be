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
 * An address of a chat that is not here leads to the page without one.
 */
export function followAddress(w: Workspace, page: Pick<Window, "location" | "history" | "addEventListener">): void {
  w.chats.open(chatOf(page.location.pathname));
  page.addEventListener("popstate", () => w.chats.open(chatOf(page.location.pathname)));
  w.local.subscribe((now, before) => {
    if (now.open === before.open || now.open === chatOf(page.location.pathname)) return;
    const step = before.open === null ? "pushState" : "replaceState";
    page.history[step](null, "", pathOf(now.open));
  });
  const look = () => {
    const { open } = w.local.getState();
    const { me, chats, ended } = w.view;
    if (open === null || me === null || chats.has(open) || ended.has(open)) return;
    w.notices.tell({ tone: "info", key: "notHere", word: "shell.notHere" });
    w.chats.open(null);
  };
  w.local.subscribe(look);
  w.feed.store.subscribe(look);
}
