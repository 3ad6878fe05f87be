import { Button } from "@mantine/core";
import { IconAlertCircle, IconClock } from "@tabler/icons-react";
import { useLocal, useSay, useWorkspace } from "../app/context";
import type { Pending } from "../desk/pending";
import { refusal } from "../desk/refusal";
import classes from "./MessageLine.module.css";

/** How far a message has come that the server does not have yet; as high as the mark that stands there afterwards. */
export function OnItsWay({ pending: p }: { pending: Pending }) {
  const say = useSay();
  const connected = useLocal((l) => l.standing.is === "open");
  const word = p.refused !== null ? "chat.state.refused" : connected ? "chat.state.sending" : "chat.state.waiting";
  const Mark = p.refused !== null ? IconAlertCircle : IconClock;
  return (
    <>
      <Mark size={14} aria-hidden />
      <span>{say(word)}</span>
    </>
  );
}

/** Why the server did not take a message; it can be sent again, changed or given up. */
export function RefusedWhy({ pending: p, code }: { pending: Pending; code: string }) {
  const say = useSay();
  const workspace = useWorkspace();
  return (
    <p className={classes.failure}>
      <span>{say(refusal(code))}</span>
      <Button size="compact-xs" variant="default" onClick={() => workspace.outbox.retry(p.chat, p.clientId)}>
        {say("chat.retry")}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => workspace.chats.takeBack(p.chat, p.clientId)}>
        {say("chat.edit")}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        onClick={() => workspace.outbox.discard(p.chat, p.clientId)}
      >
        {say("chat.discard")}
      </Button>
    </p>
  );
}
