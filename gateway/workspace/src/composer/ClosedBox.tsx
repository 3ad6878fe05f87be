import { Button } from "@mantine/core";
import { IconClockOff, IconCopy, IconPlugConnectedX } from "@tabler/icons-react";
import { useState } from "react";
import { useBox, useSay } from "../app/context";
import classes from "./ClosedBox.module.css";
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
          <Copy text={text} />
        </div>
      )}
      <Tray chat={chat} />
    </div>
  );
}

/** A page that is not served securely has no clipboard: there the text is marked and copied by hand. */
function Copy({ text }: { text: string }) {
  const say = useSay();
  const [copied, set] = useState("");
  if (navigator.clipboard === undefined) return null;
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconCopy size={16} aria-hidden />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => set(text))}
    >
      {copied === text ? say("composer.copied") : say("composer.copyLeftOver")}
    </Button>
  );
}
