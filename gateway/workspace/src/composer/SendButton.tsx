import { IconSend2 } from "@tabler/icons-react";
import { useSay } from "../app/context";
import { IconButton } from "../app/IconButton";
import { useHindered } from "./hindered";
import classes from "./OpenBox.module.css";

/** Stays reachable while it does nothing, so that it can say why. */
export function SendButton({ chat, describedBy }: { chat: string; describedBy: string }) {
  const say = useSay();
  const hindered = useHindered(chat);
  return (
    <IconButton
      type="submit"
      className={classes.send ?? ""}
      label={say("composer.send")}
      title={hindered?.words ?? say("composer.send")}
      aria-disabled={hindered !== null}
      aria-describedby={describedBy}
    >
      <IconSend2 size={20} aria-hidden />
    </IconButton>
  );
}
