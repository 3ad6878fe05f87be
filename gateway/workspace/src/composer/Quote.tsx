import { ActionIcon } from "@mantine/core";
import { IconCornerUpLeft, IconX } from "@tabler/icons-react";
import { useSay, useView, useWorkspace } from "../app/context";
import { gist } from "../chat/gist";
import type { View } from "../feed/view";
import type { Message } from "../protocol/frames.gen";
import classes from "./Quote.module.css";

/** The message that the reply answers. */
export function Quote({ chat, message }: { chat: string; message: string }) {
  const workspace = useWorkspace();
  const say = useSay();
  const quoted = useView((v) => lookUp(v, chat, message));
  const contact = useView((v) => v.chats.get(chat)?.chat.contact.name ?? "");
  const author = quoted?.author.kind === "customer" ? contact : quoted?.author.name;
  return (
    <div className={classes.quote}>
      <IconCornerUpLeft size={16} aria-hidden className={classes.mark} />
      <div className={classes.words}>
        <span className={classes.author}>
          {say("composer.answering")} <bdi>{author}</bdi>
        </span>
        <span className={classes.text} dir="auto">
          {quoted === undefined ? say("composer.earlier") : gist(quoted, say) || say("composer.wordless")}
        </span>
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="1.75rem"
        aria-label={say("composer.notAnswering")}
        title={say("composer.notAnswering")}
        onClick={() => {
          workspace.boxes.answer(chat, null);
          document.getElementById("reply")?.focus();
        }}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function lookUp(v: View, chat: string, message: string): Message | undefined {
  return v.chats.get(chat)?.messages.findLast((m) => m.id === message);
}
