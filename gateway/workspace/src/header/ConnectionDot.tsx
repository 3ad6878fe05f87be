import { Tooltip, VisuallyHidden } from "@mantine/core";
import { useLocal, useSay } from "../app/context";
import classes from "./ConnectionDot.module.css";
import { Heard } from "./Heard";

/** A dot while all is well: full when connected, hollow when not. The words of it also stand in the profile menu. */
export function ConnectionDot() {
  const say = useSay();
  const open = useLocal((l) => l.standing.is === "open");
  const words = say(open ? "header.connected" : "header.reconnecting");
  return (
    <Tooltip label={<ConnectionWords />} withArrow>
      <span className={classes.place}>
        <span className={classes.dot} data-open={open || undefined} />
        <VisuallyHidden>{words}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}

/** The connection in words, with the age of the last event. */
export function ConnectionWords() {
  const say = useSay();
  const open = useLocal((l) => l.standing.is === "open");
  return (
    <span className={classes.words}>
      <span>{say(open ? "header.connected" : "header.reconnecting")}</span>
      <Heard />
    </span>
  );
}
