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
  window.addEventListener("dragover", keepPage);
  window.addEventListener("drop", keepPage);
}

/** A file that is dropped beside the chat must not take the place of the page. */
function keepPage(e: DragEvent): void {
  if (e.defaultPrevented || e.dataTransfer?.types.includes("Files") !== true) return;
  e.preventDefault();
  e.dataTransfer.dropEffect = "none";
}
