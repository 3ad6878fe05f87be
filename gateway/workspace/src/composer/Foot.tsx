import { useBox, useLocal, useSay, useSettings } from "../app/context";
import { control } from "../palette/machine";
import classes from "./Foot.module.css";
import { useHindered, useLimits } from "./hindered";
import { unitsLeft } from "./sendable";

/** The line under the field: what sends, or why nothing can be sent. It is always there, so nothing moves. */
export function Foot({ chat, id }: { chat: string; id: string }) {
  const hindered = useHindered(chat);
  const why = hindered === null || hindered.is === "empty" ? "" : hindered.words;
  return (
    <div className={classes.foot}>
      <div id={id} className={classes.said}>
        {why === "" && <Hint />}
        <span role="status" className={classes.why} data-waits={hindered?.is === "uploading" || undefined}>
          {why}
        </span>
      </div>
      <Left chat={chat} />
    </div>
  );
}

function Hint() {
  const say = useSay();
  const mode = useSettings((s) => s.sendKey);
  const connected = useLocal((l) => l.standing.is === "open");
  if (!connected) return <span>{say("composer.waits")}</span>;
  return (
    <span className={classes.keys}>
      {mode === "enter" ? say("composer.hintEnter") : say("composer.hintControl", { control })}
    </span>
  );
}

function Left({ chat }: { chat: string }) {
  const say = useSay();
  const limits = useLimits(chat);
  const left = useBox(chat, (b) => unitsLeft(b.draft.text, limits));
  if (left === null) return null;
  return (
    <span className={classes.left} data-over={left < 0 || undefined}>
      {left < 0 ? say("composer.over", { count: -left }) : say("composer.left", { count: left })}
    </span>
  );
}
