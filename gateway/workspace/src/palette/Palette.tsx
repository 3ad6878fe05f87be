import { Modal, VisuallyHidden } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useSay, useWorkspace } from "../app/context";
import { useFocusAtOnce } from "../app/useFocusAtOnce";
import { useFocusBack } from "../app/useFocusBack";
import classes from "./Palette.module.css";
import { PaletteOption } from "./PaletteOption";
import type { PaletteRow } from "./rows";
import { step } from "./step";
import { useFound } from "./useFound";

/** Finds chats, actions and whom to hand a chat to, by a few letters. */
export function Palette() {
  const say = useSay();
  const workspace = useWorkspace();
  useFocusBack();
  return (
    <Modal.Root opened onClose={() => workspace.show(null)} size="lg" yOffset="10dvh" transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={say("palette.name")} classNames={{ content: classes.content ?? "" }}>
        <Search />
      </Modal.Content>
    </Modal.Root>
  );
}

function Search() {
  const say = useSay();
  const workspace = useWorkspace();
  const id = useId();
  const field = useFocusAtOnce<HTMLInputElement>();
  const { query, found, type } = useFound();
  const [at, setAt] = useState(0);
  const rows = found.flatMap((f) => f.rows);
  const active = rows[at] ?? null;
  const idOf = (row: PaletteRow) => `${id}-${row.id}`;
  const activeId = active === null ? undefined : idOf(active);

  useEffect(() => {
    if (activeId !== undefined) document.getElementById(activeId)?.scrollIntoView({ block: "nearest" });
  }, [activeId]);

  const run = (row: PaletteRow | null) => {
    if (row?.run == null) return;
    workspace.show(null); // first: it may show another dialog
    row.run();
  };
  const pressed = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
    const to = step(e.key, at, rows.length);
    if (to !== null) setAt(to);
    else if (e.key === "Enter") run(active);
    else return;
    e.preventDefault();
  };
  return (
    <>
      <div className={classes.search}>
        <IconSearch size={18} aria-hidden />
        <input
          ref={field}
          className={classes.input}
          data-autofocus
          type="text"
          role="combobox"
          aria-expanded={rows.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={activeId}
          aria-label={say("palette.search")}
          placeholder={say("palette.search")}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={query}
          onChange={(e) => {
            type(e.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={pressed}
        />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={say("palette.found")} className={classes.list} tabIndex={-1}>
        {found.map(({ group, rows: members }) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox
          <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
            <div id={`${id}-${group}`} className={classes.group} role="presentation">
              {say(`palette.rows.${group}`)}
            </div>
            {members.map((row) => (
              <PaletteOption
                key={row.id}
                id={idOf(row)}
                row={row}
                active={row === active}
                point={() => setAt(rows.indexOf(row))}
                run={() => run(row)}
              />
            ))}
          </div>
        ))}
      </div>
      {rows.length === 0 && <p className={classes.none}>{say("palette.none")}</p>}
      <VisuallyHidden role="status">{query === "" ? "" : say("palette.count", { count: rows.length })}</VisuallyHidden>
    </>
  );
}
