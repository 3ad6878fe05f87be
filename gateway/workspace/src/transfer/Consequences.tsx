import { IconAlertTriangle } from "@tabler/icons-react";
import { useBox, useSay } from "../app/context";
import { CopyText } from "../composer/CopyText";
import classes from "./Consequences.module.css";
import type { Line } from "./menu";

/** What follows from the transfer, said before it: who goes on, and what is lost. */
export function Consequences({ chat, target }: { chat: string; target: Line | null }) {
  const say = useSay();
  const text = useBox(chat, (b) => b.draft.text);
  const files = useBox(chat, (b) => b.files.length > 0);
  const unsent = text.trim() !== "" || files;
  return (
    <div className={classes.consequences}>
      <p aria-live="polite">
        {target === null
          ? say("transfer.receives")
          : say(target.is === "queue" ? "transfer.toQueue" : "transfer.toOperator", { name: target.target.name })}
      </p>
      {unsent && (
        <div className={classes.unsent}>
          <IconAlertTriangle size={16} aria-hidden className={classes.mark} />
          <p>{say("transfer.unsent")}</p>
          {text.trim() !== "" && <CopyText text={text} />}
        </div>
      )}
    </div>
  );
}
