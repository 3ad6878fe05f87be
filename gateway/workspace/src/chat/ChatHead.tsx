import { ActionIcon, Button } from "@mantine/core";
import { IconArrowLeft, IconArrowsExchange, IconCheck, IconLayoutSidebarRight } from "@tabler/icons-react";
import { memo } from "react";
import { useSay, useView, useWorkspace } from "../app/context";
import { useDetails } from "../app/useDetails";
import { showDetails } from "../desk/details";
import { windowCloses } from "../feed/derive";
import { factsOf } from "../feed/facts";
import { Age } from "../lists/Age";
import { ChannelGlyph } from "../lists/ChannelGlyph";
import { WindowChip } from "../lists/WindowChip";
import classes from "./ChatHead.module.css";

/** Who the chat is with and by which way, and what can be done with it. */
export function ChatHead({ chat }: { chat: string }) {
  const desk = useView((v) => v.chats.get(chat) ?? v.ended.get(chat));
  const mine = useView((v) => v.chats.has(chat));
  if (desk === undefined) return null;
  const { contact, channel, queue } = desk.chat;
  const since = mine ? factsOf(desk).waitingSince : null;
  return (
    <header className={classes.head}>
      <BackButton />
      <div className={classes.who}>
        <h1 className={classes.name}>
          <ChannelGlyph provider={channel.provider} size={18} />
          <bdi className={classes.cut}>{contact.name}</bdi>
        </h1>
        <p className={classes.facts}>
          <bdi>{channel.name}</bdi>
          <span aria-hidden>·</span>
          <bdi>{queue.name}</bdi>
          {since !== null && (
            <>
              <span aria-hidden>·</span>
              <Age since={since} word="lists.waitsOnMe" />
            </>
          )}
          <WindowChip closes={windowCloses(desk.chat)} />
        </p>
      </div>
      {mine && <Actions />}
      <DetailsButton />
    </header>
  );
}

/** What can be done with the open chat; drawn apart, because the head changes with every message. */
const Actions = memo(function Actions() {
  const say = useSay();
  const workspace = useWorkspace();
  const show = (is: "transfer" | "finish") => {
    const { open } = workspace.local.getState();
    if (open !== null) workspace.show({ is, chat: open });
  };
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        className={classes.action}
        leftSection={<IconArrowsExchange size={15} aria-hidden />}
        aria-label={say("chat.transfer")} // on a narrow page the words are not shown
        onClick={() => show("transfer")}
      >
        {say("chat.transfer")}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        className={classes.action}
        leftSection={<IconCheck size={15} aria-hidden />}
        aria-label={say("chat.finish")}
        onClick={() => show("finish")}
      >
        {say("chat.finish")}
      </Button>
    </>
  );
});

const DetailsButton = memo(function DetailsButton() {
  const say = useSay();
  const workspace = useWorkspace();
  const details = useDetails();
  return (
    <ActionIcon
      variant={details ? "light" : "subtle"}
      color="gray"
      size="lg"
      aria-pressed={details}
      onClick={() => showDetails(workspace, !details)}
      aria-label={say("chat.details")}
      title={say("chat.details")}
    >
      <IconLayoutSidebarRight size={18} aria-hidden />
    </ActionIcon>
  );
});

const BackButton = memo(function BackButton() {
  const say = useSay();
  const workspace = useWorkspace();
  return (
    <ActionIcon
      className={classes.back}
      variant="subtle"
      color="gray"
      size="lg"
      onClick={() => workspace.chats.open(null)}
      aria-label={say("chat.back")}
    >
      <IconArrowLeft size={20} aria-hidden />
    </ActionIcon>
  );
});
