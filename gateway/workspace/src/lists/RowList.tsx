import { type KeyboardEvent, type ReactElement, useRef } from "react";
import { Virtualizer } from "virtua";
import classes from "./RowList.module.css";

/** Rows of one height, of which only those in sight are there; the arrow keys move from row to row. */
export function RowList({ ids, row }: { ids: readonly string[]; row: (id: string) => ReactElement }) {
  const box = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const rows = [...(box.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    const at = rows.findIndex((r) => r.parentElement?.contains(document.activeElement));
    const next = step === undefined ? undefined : rows[at + step];
    if (next === undefined || at < 0) return;
    e.preventDefault();
    next.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the rows inside, which are buttons
    <div ref={box} className={classes.box} onKeyDown={move}>
      <div className={classes.rows}>
        <Virtualizer as="ul" item="li" itemSize={58} data={ids}>
          {(id) => row(id)}
        </Virtualizer>
      </div>
    </div>
  );
}
