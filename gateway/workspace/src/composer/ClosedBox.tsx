import { IconClockOff, IconPlugConnectedX } from "@tabler/icons-react";
import { useBox, useSay } from "../app/context";
import classes from "./ClosedBox.module.css";
import { CopyText } from "./CopyText";
import type { Closed } from "./closed";
import { Tray } from "./Tray";

/** In place of the reply box: why nobody can reply now. What was typed stays, to be copied or sent when one can again. */
export function ClosedBox({ chat, closed }: { chat: string; closed: Exclude<Closed, null> }) {
  const say = useSay();
  const text = useBox(chat, (b) => b.draft.text);
  const Icon = closed === "window" ? IconClockOff : IconPlugConnectedX;
  return (
    <div className={classes.closed}>
      <div className={classes.notice} role="status">
        <Icon size={20} aria-hidden className={classes.mark} />
        <p>
          <strong>{say(`composer.closed.${closed}`)}</strong> {say(`composer.closed.${closed}Then`)}
        </p>
      </div>
      {text !== "" && (
        <div className={classes.kept}>
          <textarea
            className={classes.text}
            dir="auto"
            readOnly
            rows={2}
            value={text}
            aria-label={say("composer.kept")}
          />
          <CopyText text={text} />
        </div>
      )}
      <Tray chat={chat} />
    </div>
  );
}
