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
 * chat is a step back can undo (on a telephone it leads to the lists); going from chat to chat is none, and going to the
 * lists from a chat takes that step back, so that no dead ones gather. What lies over a chat goes with it.
 * An address of a chat that is not here leads to the page without one.
 */
export function followAddress(w: Workspace, page: Pick<Window, "location" | "history" | "addEventListener">): void {
  w.chats.open(chatOf(page.location.pathname));
  let goingBack = false; // the browser takes the step a moment later; until then the address is of the chat that was left
  page.addEventListener("popstate", () => {
    const own = goingBack;
    goingBack = false;
    if (own && w.local.getState().open !== null) put(page, w.local.getState().open, "pushState");
    else goTo(w, chatOf(page.location.pathname));
  });
  w.local.subscribe((now, before) => {
    if (goingBack || now.open === before.open || now.open === chatOf(page.location.pathname)) return;
    if (now.open === null && fromLists(page.history.state)) {
      goingBack = true;
      page.history.back();
    } else {
      put(page, now.open, before.open === null ? "pushState" : "replaceState");
    }
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

/** What the history keeps of a step to a chat: whether the lists are the step before it. */
interface Step {
  readonly fromLists: boolean;
}

function fromLists(state: unknown): boolean {
  return (state as Step | null)?.fromLists === true;
}

function put(page: Pick<Window, "history">, chat: string | null, step: "pushState" | "replaceState"): void {
  const state: Step = { fromLists: chat !== null && (step === "pushState" || fromLists(page.history.state)) };
  page.history[step](state, "", pathOf(chat));
}

/** Goes where the browser has gone; a dialog about the chat that was open would be one about nothing. */
function goTo(w: Workspace, chat: string | null): void {
  if (w.local.getState().open !== chat && w.local.getState().dialog !== null) w.show(null);
  w.chats.open(chat);
}
