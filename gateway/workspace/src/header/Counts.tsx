import { VisuallyHidden } from "@mantine/core";
import { type Icon, IconInbox, IconMessageReply } from "@tabler/icons-react";
import { useListed, useSay, useWorkspace } from "../app/context";
import { waitingInQueues, waitingOnMe } from "../feed/order";
import { nextWaiting } from "../palette/waiting";
import classes from "./Counts.module.css";

/** Who waits: in the queues, and for this operator's reply. */
export function Counts() {
  const say = useSay();
  const w = useWorkspace();
  const queued = useListed(waitingInQueues);
  const mine = useListed(waitingOnMe);
  const inQueues = say("header.inQueues", { count: queued });
  const open = () => {
    const longest = nextWaiting(w.view, null);
    if (longest !== null) w.chats.open(longest);
  };
  return (
    <div className={classes.counts}>
      <span className={classes.count} title={inQueues}>
        <VisuallyHidden>{inQueues}</VisuallyHidden>
        <span aria-hidden>
          <Figure icon={IconInbox} count={queued} word={say("header.inQueuesShort")} />
        </span>
      </span>
      <button
        type="button"
        className={classes.count}
        disabled={mine === 0}
        title={say("header.onMe", { count: mine })}
        onClick={open}
      >
        <Figure icon={IconMessageReply} count={mine} word={say("header.onMeShort", { count: mine })} />
        {mine > 0 && <VisuallyHidden>. {say("header.onMeOpen")}</VisuallyHidden>}
      </button>
    </div>
  );
}

function Figure({ icon: Picture, count, word }: { icon: Icon; count: number; word: string }) {
  return (
    <span className={classes.figure}>
      <Picture size={16} aria-hidden />
      <b>{count}</b> <span className={classes.word}>{word}</span>
    </span>
  );
}
