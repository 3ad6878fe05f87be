import { useSyncExternalStore } from "react";

/** What the browser says to notifications; "none" where it has none. */
export type Permission = NotificationPermission | "none";

export function permission(): Permission {
  return typeof Notification === "undefined" ? "none" : Notification.permission;
}

/** Asks the operator. To be called in a gesture: browsers punish pages that ask by themselves. */
export async function askPermission(): Promise<void> {
  try {
    await Notification.requestPermission();
  } catch {
    // The state says what became of it.
  }
  for (const tell of watchers) tell();
}

const watchers = new Set<() => void>();

/** The answer may also change in the browser's own settings. */
function watch(tell: () => void): () => void {
  watchers.add(tell);
  let status: PermissionStatus | null = null;
  let over = false;
  navigator.permissions?.query({ name: "notifications" }).then(
    (s) => {
      if (over) return;
      status = s;
      s.addEventListener("change", tell);
    },
    () => {},
  );
  return () => {
    over = true;
    watchers.delete(tell);
    status?.removeEventListener("change", tell);
  };
}

export function usePermission(): Permission {
  return useSyncExternalStore(watch, permission);
}
