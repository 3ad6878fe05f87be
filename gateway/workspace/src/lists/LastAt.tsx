import { useLanguage, useSay, useToday } from "../app/context";
import { clock, dayOf, moment, shortDay } from "../words/spell";
import classes from "./Row.module.css";

/** When something was last said in a chat: today the time, before that the day. Drawn by itself: at midnight no row is. */
export function LastAt({ at }: { at: number }) {
  const say = useSay();
  const language = useLanguage();
  const which = dayOf(at, useToday());
  const words =
    which === "today" ? clock(language, at) : which === "yesterday" ? say("chat.yesterday") : shortDay(language, at);
  return (
    <time className={classes.text} style={{ flex: "none" }} title={moment(language, at)}>
      {words}
    </time>
  );
}
