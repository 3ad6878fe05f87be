import { VisuallyHidden } from "@mantine/core";
import { useEffect } from "react";
import { useSay } from "../../app/context";
import type { Template } from "../../protocol/frames.gen";
import classes from "./QuickList.module.css";
import { current, rowsOf, type Search } from "./search";

/** The ids by which the reply box names the list and its marked row. */
export const listId = "quick-replies";

export function markedId(search: Search): string | undefined {
  const t = rowsOf(search)[search.at];
  return t === undefined ? undefined : rowId(t);
}

function rowId(t: Template): string {
  return `${listId}-${t.id}`;
}

/** What a search for quick replies has found, above the reply box, which keeps the focus and has the keys. */
export function QuickList({ search, take }: { search: Search; take: (t: Template) => void }) {
  const say = useSay();
  const rows = rowsOf(search);
  const marked = markedId(search);
  useEffect(() => {
    if (marked !== undefined) document.getElementById(marked)?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  const now = current(search);
  const failed = now !== null && now.templates === null;
  const none = now?.templates?.length === 0;
  return (
    <div className={classes.panel}>
      <div
        id={listId}
        role="listbox"
        aria-label={say("composer.quick.name")}
        aria-busy={now === null}
        className={classes.list}
        tabIndex={-1}
        onMouseDown={(e) => e.preventDefault()} // the focus stays in the reply box
      >
        {rows.map((t) => (
          <QuickRow key={t.id} template={t} marked={rowId(t) === marked} take={take} />
        ))}
      </div>
      {(none || failed) && (
        <p className={classes.none}>{say(failed ? "composer.quick.failed" : "composer.quick.none")}</p>
      )}
      <VisuallyHidden role="status">
        {now?.templates != null && say("composer.quick.count", { count: now.templates.length })}
      </VisuallyHidden>
    </div>
  );
}

function QuickRow({ template: t, marked, take }: { template: Template; marked: boolean; take: (t: Template) => void }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the reply box has the keys (aria-activedescendant)
    <div
      id={rowId(t)}
      role="option"
      tabIndex={-1}
      aria-selected={marked}
      className={classes.row}
      onClick={() => take(t)}
    >
      <bdi className={classes.title}>{t.name}</bdi>
      <span className={classes.text} dir="auto" lang={t.language}>
        {t.filled}
      </span>
    </div>
  );
}
