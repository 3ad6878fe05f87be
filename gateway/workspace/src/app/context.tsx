import { createContext, type ReactNode, use, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { type Box, emptyBox } from "../desk/boxes";
import type { Settings } from "../desk/settings";
import type { Local, Workspace } from "../desk/workspace";
import type { View } from "../feed/view";
import { dayBegan } from "../words/spell";
import { createWords, isLanguage, type Language, type Say } from "../words/words";

/** What components reach the workspace by. A selector that makes a new array or object is compared by its entries. */
const Place = createContext<Workspace | null>(null);
const Words = createContext<{ say: Say; language: Language } | null>(null);

export function WorkspaceProvider({ workspace, children }: { workspace: Workspace; children: ReactNode }) {
  return <Place value={workspace}>{children}</Place>;
}

export function useWorkspace(): Workspace {
  const w = use(Place);
  if (w === null) throw new Error("outside of WorkspaceProvider");
  return w;
}

export function useView<T>(select: (v: View) => T): T {
  return useStore(useWorkspace().feed.store, useShallow(select));
}

/** The view as lists and counts show it (feed/store.ts): in a storm a little later than the chat in sight. */
export function useListed<T>(select: (v: View) => T): T {
  return useStore(useWorkspace().feed.listed, useShallow(select));
}

export function useLocal<T>(select: (l: Local) => T): T {
  return useStore(useWorkspace().local, useShallow(select));
}

export function useSettings<T>(select: (s: Settings) => T): T {
  return useStore(useWorkspace().settings, useShallow(select));
}

export function useBox<T>(chat: string, select: (b: Box) => T): T {
  return useStore(
    useWorkspace().boxes.store,
    useShallow((all) => select(all.get(chat) ?? emptyBox)),
  );
}

/** Keeps the words in the language that is set: in this browser, for the operator, or by the browser. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const workspace = useWorkspace();
  const chosen = useSettings((s) => s.language);
  const session = useStore(workspace.sessions.store);
  const operator = session.is === "in" ? session.operator : session.is === "out" ? session.was : null;
  const own = operator?.language ?? "";
  const language = pick([chosen, own, navigator.language.slice(0, 2)]);
  const [words] = useState(() => createWords(language));
  const [value, set] = useState(() => ({ say: words.say, language }));
  useEffect(() => {
    document.documentElement.lang = language;
    let late = false;
    void words.speak(language).then((say) => late || set({ say, language }));
    return () => {
      late = true;
    };
  }, [words, language]);
  return <Words value={value}>{children}</Words>;
}

function pick(wishes: readonly string[]): Language {
  return wishes.find(isLanguage) ?? "en";
}

export function useSay(): Say {
  return useWords().say;
}

export function useLanguage(): Language {
  return useWords().language;
}

function useWords() {
  const words = use(Words);
  if (words === null) throw new Error("outside of WordsProvider");
  return words;
}

/** Clocks that tick for whoever looks at them, one for each pace; milliseconds. */
const clocks = new Map<number, { now: number; timer: ReturnType<typeof setInterval>; hears: Set<() => void> }>();

function tick(every: number, hear: () => void): () => void {
  let clock = clocks.get(every);
  if (clock === undefined) {
    const made = { now: Date.now(), timer: setInterval(ring, every), hears: new Set<() => void>() };
    function ring() {
      made.now = Date.now();
      for (const h of made.hears) h();
    }
    clocks.set(every, made);
    clock = made;
  }
  const { hears, timer } = clock;
  hears.add(hear);
  return () => {
    hears.delete(hear);
    if (hears.size > 0) return;
    clearInterval(timer);
    clocks.delete(every);
  };
}

/** The server's time, renewed every so many milliseconds; whoever uses it is drawn again as often, so it sits in small components. */
export function useNow(every: number): number {
  const { clock } = useWorkspace();
  return clock.at(useOwnNow(every));
}

/** The midnight with which the server's day began; whoever uses it is drawn again when the next one begins, and not before. */
export function useToday(): number {
  const { clock } = useWorkspace();
  const hear = useCallback(
    (h: () => void) => {
      const ends = [tick(1000, h), clock.ahead.subscribe(h)];
      return () => {
        for (const end of ends) end();
      };
    },
    [clock],
  );
  return useSyncExternalStore(hear, () => dayBegan(clock.now()));
}

/** The time by this machine's clock, for what began by it. */
export function useOwnNow(every: number): number {
  const hear = useCallback((h: () => void) => tick(every, h), [every]);
  const [first] = useState(() => Date.now());
  return useSyncExternalStore(hear, () => clocks.get(every)?.now ?? first);
}
