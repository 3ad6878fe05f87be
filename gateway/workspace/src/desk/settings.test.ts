import { expect, test, vi } from "vitest";
import { createSettings } from "./settings";

/** A browser's storage, with the event that other tabs get. */
function storageOf(entries: Record<string, string> = {}) {
  const map = new Map(Object.entries(entries));
  const storage = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: vi.fn((key: string, value: string) => void map.set(key, value)),
  };
  let told: (e: StorageEvent) => void = () => {};
  const events = {
    addEventListener: (_: string, listener: (e: StorageEvent) => void) => {
      told = listener;
    },
  };
  const elsewhere = (key: string, value: string) => {
    map.set(key, value);
    told({ key } as StorageEvent);
  };
  return {
    map,
    storage: storage as unknown as Storage & typeof storage,
    events: events as unknown as Pick<Window, "addEventListener">,
    elsewhere,
  };
}

test("nothing stored gives the defaults, and writes nothing", () => {
  const { storage } = storageOf();
  const settings = createSettings(storage).getState();
  expect(settings).toMatchObject({ language: "", scheme: "auto", sendKey: "enter", quiet: false, details: true });
  expect(storage.setItem).not.toHaveBeenCalled();
});

test("what is set is there in the next page", () => {
  const { storage } = storageOf();
  createSettings(storage).setState({ language: "ru", scheme: "dark", volume: 0, quiet: true, notifications: false });
  expect(createSettings(storage).getState()).toMatchObject({
    language: "ru",
    scheme: "dark",
    volume: 0,
    quiet: true,
    notifications: false,
  });
});

test("a change writes its own key alone, so that tabs do not undo each other", () => {
  const { storage } = storageOf({ "parley.scheme": "dark" });
  createSettings(storage).setState({ quiet: true });
  expect(storage.setItem.mock.calls).toEqual([["parley.quiet", "true"]]);
});

test("what makes no sense counts as not set", () => {
  const { storage } = storageOf({ "parley.language": "xx", "parley.volume": "loud", "parley.sendKey": "" });
  expect(createSettings(storage).getState()).toMatchObject({ language: "", volume: 0.6, sendKey: "enter" });
  const { storage: louder } = storageOf({ "parley.volume": "7" });
  expect(createSettings(louder).getState().volume).toBe(0.6);
});

test("another tab's change arrives; its drafts do not stir the settings", () => {
  const { storage, events, elsewhere } = storageOf();
  const store = createSettings(storage, events);
  const changed = vi.fn();
  store.subscribe(changed);
  elsewhere("parley.draft.anna.a", "typing");
  expect(changed).not.toHaveBeenCalled();
  elsewhere("parley.quiet", "true");
  expect(store.getState().quiet).toBe(true);
  expect(storage.setItem).not.toHaveBeenCalled();
});

test("a full storage keeps the setting for this page", () => {
  const { storage } = storageOf();
  storage.setItem.mockImplementation(() => {
    throw new Error("full");
  });
  const store = createSettings(storage);
  store.setState({ quiet: true });
  expect(store.getState().quiet).toBe(true);
});
