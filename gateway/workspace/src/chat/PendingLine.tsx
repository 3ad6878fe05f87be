import { Button } from "@mantine/core";
import { IconAlertCircle, IconClock, IconFile } from "@tabler/icons-react";
import { memo } from "react";
import { useLocal, useSay, useWorkspace } from "../app/context";
import type { Pending } from "../desk/pending";
import { refusal } from "../desk/refusal";
import attached from "./Attachments.module.css";
import classes from "./MessageLine.module.css";
import { MessageText } from "./MessageText";

/** A message that the server does not have yet, where it will stand; a refused one can be sent again, changed or given up. */
export const PendingLine = memo(function PendingLine({ pending: p }: { pending: Pending }) {
  const say = useSay();
  const workspace = useWorkspace();
  const connected = useLocal((l) => l.standing.is === "open");
  const word = p.refused !== null ? "chat.state.refused" : connected ? "chat.state.sending" : "chat.state.waiting";
  const Mark = p.refused !== null ? IconAlertCircle : IconClock;
  return (
    <article className={classes.line} data-direction="out" data-pending={p.clientId}>
      <div className={classes.row}>
        <div className={classes.bubble}>
          {p.files.map((f) => (
            <div key={f.id} className={attached.file}>
              <IconFile size={20} aria-hidden />
              <bdi className={attached.fileName}>{f.name}</bdi>
            </div>
          ))}
          {p.text !== "" && (
            <p className={classes.text} dir="auto">
              <MessageText text={p.text} />
            </p>
          )}
          <footer className={classes.foot}>
            <Mark size={13} aria-hidden />
            <span>{say(word)}</span>
          </footer>
        </div>
      </div>
      {p.refused !== null && (
        <p className={classes.failure}>
          <span>{say(refusal(p.refused))}</span>
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
      )}
    </article>
  );
});
