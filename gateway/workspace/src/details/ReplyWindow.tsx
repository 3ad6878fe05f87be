import { useLanguage, useNow, useSay } from "../app/context";
import { soon } from "../lists/soon";
import { left, moment } from "../words/spell";
import classes from "./Facts.module.css";

/** How long the provider still allows replies. */
export function ReplyWindow({ closes }: { closes: number }) {
  const say = useSay();
  const language = useLanguage();
  const now = useNow(1000);
  const remains = closes - now;
  if (remains <= 0) return <span className={classes.bad}>{say("details.windowOver")}</span>;
  return (
    <span className={remains <= soon ? classes.warm : undefined} title={moment(language, closes)}>
      {say("details.windowLeft", { left: left(say, remains) })}
    </span>
  );
}
