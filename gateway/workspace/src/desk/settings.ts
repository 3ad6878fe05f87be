import { createStore, type StoreApi } from "zustand/vanilla";

/** What an operator sets for this browser. Each value has a key of its own, so that tabs do not overwrite each other. */
export interface Settings {
  /** "" = what the configuration says of the operator, else the browser's language. */
  language: "" | "en" | "ru";
  scheme: "auto" | "light" | "dark";
  /** Which key sends: Enter (Shift+Enter breaks the line), or Ctrl+Enter. */
  sendKey: "enter" | "ctrl-enter";
  /** 0 to 1. */
  volume: number;
  /** No sound and no notifications; what waits is still counted in the title. */
  quiet: boolean;
  /** Browser notifications are wanted. */
  notifications: boolean;
  /** The pane with the contact is shown where there is room. */
  details: boolean;
  /** Shortcuts of a single character work: who speaks to his machine, or has a tremor, switches them off (WCAG 2.1.4). */
  letterKeys: boolean;
}

const defaults: Settings = {
  language: "",
  scheme: "auto",
  sendKey: "enter",
  volume: 0.6,
  quiet: false,
  notifications: true,
  details: true,
  letterKeys: true,
};

const prefix = "parley.";
const keys = new Set(Object.keys(defaults).map((key) => prefix + key));

export type SettingsStore = StoreApi<Settings>;

/** Reads what is stored, keeps it stored, and follows other tabs. */
export function createSettings(storage: Storage, events?: Pick<Window, "addEventListener">): SettingsStore {
  const store = createStore<Settings>(() => read(storage));
  store.subscribe((now, before) => {
    for (const key of Object.keys(defaults) as (keyof Settings)[]) {
      if (now[key] !== before[key]) keep(storage, prefix + key, String(now[key]));
    }
  });
  events?.addEventListener("storage", (e) => {
    // Drafts and the outbox stand in the same storage and change far more often.
    if (e.key === null || keys.has(e.key)) store.setState(read(storage));
  });
  return store;
}

function keep(storage: Storage, key: string, value: string): void {
  if (storage.getItem(key) === value) return; // it came from another tab
  try {
    storage.setItem(key, value);
  } catch {
    // A full storage: the setting holds until the page is left.
  }
}

function read(storage: Storage): Settings {
  const text = (key: keyof Settings) => storage.getItem(prefix + key);
  const oneOf = <K extends "language" | "scheme" | "sendKey">(key: K, values: readonly Settings[K][]) => {
    const found = values.find((v) => v === text(key));
    return found ?? defaults[key];
  };
  const flag = (key: "quiet" | "notifications" | "details" | "letterKeys") =>
    text(key) === null ? defaults[key] : text(key) === "true";
  const volume = Number.parseFloat(text("volume") ?? "");
  return {
    language: oneOf("language", ["", "en", "ru"]),
    scheme: oneOf("scheme", ["auto", "light", "dark"]),
    sendKey: oneOf("sendKey", ["enter", "ctrl-enter"]),
    volume: volume >= 0 && volume <= 1 ? volume : defaults.volume,
    quiet: flag("quiet"),
    notifications: flag("notifications"),
    details: flag("details"),
    letterKeys: flag("letterKeys"),
  };
}
