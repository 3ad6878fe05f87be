import { VisuallyHidden } from "@mantine/core";
import { useSay, useView } from "../app/context";
import classes from "./SlotMeter.module.css";

/** More parts than this cannot be told apart in so small a bar. */
const mostParts = 10;

/** How many of the operator's simultaneous chats are taken (S26). */
export function SlotMeter() {
  const say = useSay();
  const load = useView((v) => v.me?.load ?? 0);
  const limit = useView((v) => v.me?.limit ?? 0);
  if (limit <= 0) {
    const words = `${say("header.slots")}: ${say("header.slotsFree", { load })}`;
    return (
      <span className={classes.slots} title={words}>
        <VisuallyHidden>{words}</VisuallyHidden>
        <span aria-hidden className={classes.number}>
          {load} / ∞
        </span>
      </span>
    );
  }
  const words = say("header.slotsOf", { load, limit });
  return (
    // A <meter> cannot be drawn in parts.
    // biome-ignore lint/a11y/useSemanticElements: as said above
    <div
      className={classes.slots}
      role="meter"
      aria-label={say("header.slots")}
      aria-valuemin={0}
      aria-valuemax={limit}
      aria-valuenow={Math.min(load, limit)}
      aria-valuetext={words}
      title={`${say("header.slots")}: ${words}`}
    >
      <span className={classes.bar} data-full={load >= limit || undefined} aria-hidden>
        {limit <= mostParts ? (
          numbers(limit).map((n) => <i key={n} data-taken={n <= load || undefined} />)
        ) : (
          <i data-taken style={{ flex: `0 0 ${Math.min(100, (load / limit) * 100)}%` }} />
        )}
      </span>
      <span aria-hidden className={classes.number}>
        {load} / {limit}
      </span>
    </div>
  );
}

function numbers(to: number): number[] {
  return Array.from({ length: to }, (_, i) => i + 1);
}
