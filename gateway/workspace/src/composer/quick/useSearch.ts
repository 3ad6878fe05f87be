import { type RefObject, useEffect, useRef, useState } from "react";
import { useWorkspace } from "../../app/context";
import type { Template } from "../../protocol/frames.gen";
import { firstBlank } from "./blank";
import { answered, current, entered, givenUp, left, looked, moved, noSearch, type Search } from "./search";
import { stands } from "./token";
import { replace } from "./write";

/** How long the server is not asked after a key, in milliseconds: who types on wants another answer. */
const pause = 80;

/** What of a key's event decides. */
export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** The search for quick replies in a reply box (S37), and what the field tells it. */
export interface QuickSearch {
  readonly search: Search;
  /** The text or the cursor has changed. */
  readonly look: () => void;
  readonly leave: () => void;
  /** Whether a key was meant for the search; such a key does nothing else. */
  readonly press: (e: Pressed) => boolean;
  readonly take: (t: Template) => void;
}

export function useSearch(chat: string, field: RefObject<HTMLTextAreaElement | null>): QuickSearch {
  const workspace = useWorkspace();
  const [held, hold] = useState({ chat, search: noSearch });
  const search = held.chat === chat ? held.search : noSearch;
  const now = useRef(search);
  now.current = search;
  const put = (next: Search) => {
    if (next === now.current) return;
    now.current = next;
    hold({ chat, search: next });
  };

  const look = () => {
    const f = field.current;
    if (f === null) return;
    const cursor = f.selectionStart === f.selectionEnd ? f.selectionEnd : 0; // what is marked is no query
    put(looked(now.current, f.value, cursor));
  };

  const take = (t: Template) => {
    const { token } = now.current;
    const f = field.current;
    if (token === null || f === null) return;
    if (!stands(token, f.value)) {
      look();
      return;
    }
    replace(f, token.from, token.from + 2 + token.q.length, t.filled);
    const blank = firstBlank(t.filled);
    if (blank !== null) f.setSelectionRange(token.from + blank.from, token.from + blank.to);
    put(noSearch);
  };

  const press = ({ key, shiftKey, altKey }: Pressed): boolean => {
    const s = now.current;
    if (s.token === null || altKey) return false;
    if (key === "Escape") {
      // With nothing behind them the slashes were only to search.
      if (s.token.q === "" && field.current !== null) replace(field.current, s.token.from, s.token.from + 2, "");
      else put(givenUp(s));
      return true;
    }
    const nothing = current(s) !== null && !current(s)?.templates?.length;
    if (key === "Enter" ? shiftKey : key === "Tab" && (shiftKey || nothing)) return false;
    if (key === "Enter" || key === "Tab") {
      const { taken, search: next } = entered(s);
      put(next);
      if (taken !== null) take(taken);
      return true;
    }
    const next = shiftKey ? null : moved(s, key);
    if (next === null) return false;
    put(next);
    return true;
  };

  // Who comes back to a chat finds no search there: its text may be another one by now.
  useEffect(() => hold((before) => (before.chat === chat ? before : { chat, search: noSearch })), [chat]);

  const q = search.token?.q ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: put is another one at every drawing and does the same
  useEffect(() => {
    if (q === null) return;
    let late = false;
    const timer = setTimeout(() => {
      workspace.ask("template.search", { chat, q }).then(
        ({ templates }) => late || put(answered(now.current, { q, templates })),
        () => late || put(answered(now.current, { q, templates: null })),
      );
    }, pause);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [workspace, chat, q, search.again]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: take is another one at every drawing and does the same
  useEffect(() => {
    if (!search.wanted || !current(search)?.templates) return;
    const { taken, search: next } = entered(search);
    put(next);
    if (taken !== null) take(taken);
  }, [search]);

  return { search, look, leave: () => put(left(now.current)), press, take };
}
