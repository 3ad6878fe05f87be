import { IconArrowRight, IconStack2 } from "@tabler/icons-react";
import { ChannelGlyph } from "../lists/ChannelGlyph";
import { Keys } from "./Keys";
import classes from "./Palette.module.css";
import type { Mark, PaletteRow } from "./rows";

interface Props {
  readonly id: string;
  readonly row: PaletteRow;
  readonly active: boolean;
  readonly point: () => void;
  readonly run: () => void;
}

/** One row. The focus stays in the search box, whose keys choose; the pointer chooses by moving, not by lying there. */
export function PaletteOption({ id, row, active, point, run }: Props) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search box has the keys (aria-activedescendant)
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      aria-disabled={row.run === null || undefined}
      className={classes.option}
      onPointerMove={() => active || point()}
      onPointerDown={(e) => e.preventDefault()}
      onClick={run}
    >
      <span className={classes.mark}>
        <RowMark mark={row.mark} />
      </span>
      <span className={classes.texts}>
        {row.foreign ? (
          <bdi className={classes.title}>{row.title}</bdi>
        ) : (
          <span className={classes.title}>{row.title}</span>
        )}
        {row.detail !== "" && (
          <span className={classes.detail} dir="auto">
            {row.detail}
          </span>
        )}
      </span>
      {row.keys !== null && (
        <span aria-hidden className={classes.hints}>
          <Keys combo={row.keys} />
        </span>
      )}
    </div>
  );
}

function RowMark({ mark }: { mark: Mark }) {
  switch (mark.is) {
    case "channel":
      return <ChannelGlyph provider={mark.provider} />;
    case "queue":
      return <IconStack2 size={16} stroke={1.7} aria-hidden />;
    case "operator":
      return <span className={classes.indicator} data-is={mark.indicator} />;
    case "action":
      return <IconArrowRight size={16} stroke={1.7} aria-hidden />;
  }
}
