import { useEffect, useState } from "react";
import { useLanguage, useSay, useWorkspace } from "../app/context";
import type { TargetsReply } from "../protocol/frames.gen";
import { choose, type Found } from "./choose";
import { atRest, type PaletteRow, type RowGroup, rowsOf } from "./rows";
import { ownOpen } from "./table";

/**
 * What is found for what is typed. The rows are gathered anew with every key and stay as they are in between, so that
 * none moves away from under the pointer.
 */
export function useFound() {
  const workspace = useWorkspace();
  const say = useSay();
  const language = useLanguage();
  const [targets, setTargets] = useState<TargetsReply | null>(null);
  const look = (query: string, to: TargetsReply | null): Found<RowGroup, PaletteRow>[] =>
    choose(rowsOf(workspace, say, language, to), query, atRest);
  const [typed, setTyped] = useState(() => ({ query: "", found: look("", null) }));

  useEffect(() => {
    const chat = ownOpen(workspace);
    if (chat === null) return;
    let late = false;
    workspace.chats.targets(chat).then(
      (t) => late || setTargets(t),
      () => undefined, // without them the transfer dialog still says what is wrong
    );
    return () => {
      late = true;
    };
  }, [workspace]);

  /** Who types faster than the targets come sees them as soon as they are there. */
  const [looked, setLooked] = useState(targets);
  if (looked !== targets) {
    setLooked(targets);
    setTyped({ query: typed.query, found: look(typed.query, targets) });
  }
  const type = (query: string) => setTyped({ query, found: look(query, targets) });
  return { ...typed, type };
}
