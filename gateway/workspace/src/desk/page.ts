import type { Workspace } from "./workspace";

/** Tells the workspace what happens to the page: the network goes and comes, the page is hidden, seen again, or left. */
export function watchPage(w: Workspace): void {
  window.addEventListener("offline", () => w.connection.renew("offline"));
  window.addEventListener("online", () => w.connection.hurry());
  window.addEventListener("pagehide", () => w.boxes.flush());
  window.addEventListener("pageshow", () => w.connection.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      w.connection.hurry();
      w.feed.flush();
    } else {
      w.boxes.flush();
    }
  });
  window.addEventListener("storage", (e) => w.followed(e.key));
  window.addEventListener("dragover", keepPage);
  window.addEventListener("drop", keepPage);
}

/**
 * Signing out in one tab leaves nothing of the operator readable in the others. A session that merely ends does not: what
 * is there waits for him to sign in again.
 */
export function leaveTogether(w: Workspace, line: Pick<BroadcastChannel, "postMessage" | "onmessage">): void {
  let told = false; // by another tab, which tells the rest as well
  w.sessions.store.subscribe((now, before) => {
    if (!told && before.is === "in" && now.is === "out" && now.was === null) line.postMessage(before.operator.id);
  });
  line.onmessage = (e: MessageEvent<string>) => {
    told = true;
    w.signedOutElsewhere(e.data);
    told = false;
  };
}

/** A file that is dropped beside the chat must not take the place of the page. */
function keepPage(e: DragEvent): void {
  if (e.defaultPrevented || e.dataTransfer?.types.includes("Files") !== true) return;
  e.preventDefault();
  e.dataTransfer.dropEffect = "none";
}
