import { IconClockExclamation } from "@tabler/icons-react";
import { useNow, useSay } from "../app/context";
import { left } from "../words/spell";
import { soon } from "./soon";
import classes from "./WindowChip.module.css";

/** That the time in which the provider allows replies runs out soon, or is over. */
export function WindowChip({ closes }: { closes: number | null }) {
  const say = useSay();
  const now = useNow(1000);
  if (closes === null || closes - now > soon) return null;
  const over = closes <= now;
  const text = left(say, closes - now);
  const title = over ? say("lists.windowOver") : say("lists.windowLeft", { left: text });
  return (
    <span className={classes.chip} data-over={over || undefined} title={title}>
      <IconClockExclamation size={13} aria-hidden />
      <span className={classes.words}>{title}</span>
      {!over && <span aria-hidden>{text}</span>}
    </span>
  );
}
