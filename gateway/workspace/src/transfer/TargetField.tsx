import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useSay } from "../app/context";
import { useFocusAtOnce } from "../app/useFocusAtOnce";
import { choosable, found, type Line, type Menu, moved } from "./menu";
import classes from "./TargetField.module.css";
import { TargetRow } from "./TargetRow";

interface Props {
  readonly menu: Menu | null;
  readonly typed: string;
  readonly type: (text: string) => void;
  readonly picked: string | null;
  /** Told of every line that somebody goes for, of one that cannot be chosen too. */
  readonly choose: (line: Line) => void;
}

/** One field over queues and operators. The focus stays in it; the keys move through the list under it. */
export function TargetField({ menu, typed, type, picked, choose }: Props) {
  const say = useSay();
  const field = useFocusAtOnce<HTMLInputElement>();
  const [marked, mark] = useState<string | null>(null);
  const id = useId();
  const lines = found(menu ?? [], typed);
  const at = lines.find((l) => l.key === marked) ?? lines.find(choosable) ?? lines[0] ?? null;
  const idOf = (l: Line) => `${id} ${l.key}`.replaceAll(" ", "-");
  const active = at === null ? undefined : idOf(at);
  useEffect(() => {
    if (marked !== null && active !== undefined) document.getElementById(active)?.scrollIntoView({ block: "nearest" });
  }, [marked, active]);

  const pressed = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    switch (e.key) {
      case "ArrowDown":
      case "ArrowUp":
      case "PageDown":
      case "PageUp":
        e.preventDefault();
        mark(moved(lines, at?.key ?? null, e.key));
        break;
      case "Enter":
        e.preventDefault();
        if (at !== null && !e.repeat) choose(at);
    }
  };

  const group = (is: Line["is"], label: string) => {
    const members = lines.filter((l) => l.is === is);
    if (members.length === 0) return null;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox
      <div role="group" aria-labelledby={`${id}-${is}`}>
        <div className={classes.group} id={`${id}-${is}`} role="presentation">
          {label}
        </div>
        {members.map((l) => (
          <TargetRow
            key={l.key}
            id={idOf(l)}
            line={l}
            marked={l === at}
            picked={l.key === picked}
            choose={() => {
              mark(l.key);
              choose(l);
            }}
          />
        ))}
      </div>
    );
  };

  return (
    <div className={classes.field}>
      <TextInput
        ref={field}
        label={say("transfer.to")}
        placeholder={say("transfer.find")}
        leftSection={<IconSearch size={16} aria-hidden />}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={active}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(e) => {
          type(e.currentTarget.value);
          mark(null);
        }}
        onKeyDown={pressed}
      />
      <div
        className={classes.list}
        id={`${id}-list`}
        role="listbox"
        aria-label={say("transfer.targets")}
        aria-busy={menu === null}
        tabIndex={-1}
        onMouseDown={(e) => e.preventDefault()} // the focus stays in the field
      >
        {group("queue", say("transfer.queues"))}
        {group("operator", say("transfer.operators"))}
        {lines.length === 0 && (
          <p className={classes.none}>{menu === null ? say("transfer.loading") : say("transfer.nobody")}</p>
        )}
      </div>
    </div>
  );
}
