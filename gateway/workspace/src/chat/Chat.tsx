import { Button } from "@mantine/core";
import { memo } from "react";
import { useSay, useView, useWorkspace } from "../app/context";
import { Composer } from "../composer/Composer";
import { DropZone } from "../composer/DropZone";
import classes from "./Chat.module.css";
import { ChatHead } from "./ChatHead";
import { endReason } from "./ended";
import { Messages } from "./Messages";

/** The chat that is open: who it is with, what was said, and the reply box; or why there is none any more. */
export const Chat = memo(function Chat({ chat }: { chat: string }) {
  const mine = useView((v) => v.chats.has(chat));
  if (!mine) {
    return (
      <div className={classes.chat}>
        <ChatHead chat={chat} />
        <Messages key={chat} chat={chat} canReply={false} />
        <Over chat={chat} />
      </div>
    );
  }
  return (
    <DropZone chat={chat}>
      <div className={classes.chat}>
        <ChatHead chat={chat} />
        <Messages key={chat} chat={chat} canReply />
        <Composer chat={chat} />
      </div>
    </DropZone>
  );
});

/** What stands in place of the reply box when the chat is over. */
function Over({ chat }: { chat: string }) {
  const say = useSay();
  const { chats } = useWorkspace();
  const reason = useView((v) => v.ended.get(chat)?.reason ?? null);
  const word = endReason(reason) ?? "unseen";
  return (
    <div className={classes.over} role="status">
      <span>{say(`chat.ended.${word}`)}</span>
      <Button size="compact-sm" variant="default" onClick={() => chats.open(null)}>
        {say("chat.ended.close")}
      </Button>
    </div>
  );
}
