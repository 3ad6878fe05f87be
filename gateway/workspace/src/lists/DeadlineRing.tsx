import { useNow, useSay } from "../app/context";
import { left } from "../words/spell";
import classes from "./DeadlineRing.module.css";

const radius = 7;
const round = 2 * Math.PI * radius;

/** How much of the time to accept a single offer is left (S24): a ring that empties, with the time beside it. */
export function DeadlineRing({ from, deadline }: { from: number; deadline: number }) {
  const say = useSay();
  const rest = Math.max(0, deadline - useNow(250));
  const share = Math.min(1, rest / Math.max(1, deadline - from));
  const text = left(say, rest);
  return (
    <span className={classes.ring} title={say("lists.deadline", { left: text })} data-late={rest < 20_000 || undefined}>
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <circle cx="9" cy="9" r={radius} className={classes.track} />
        <circle
          cx="9"
          cy="9"
          r={radius}
          className={classes.rest}
          strokeDasharray={round}
          strokeDashoffset={round * (1 - share)}
          transform="rotate(-90 9 9)"
        />
      </svg>
      <span>{text}</span>
    </span>
  );
}
