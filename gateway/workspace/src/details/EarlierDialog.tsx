import { Button, Modal } from "@mantine/core";
import { useLayoutEffect, useRef } from "react";
import { useLanguage, useLocal, useSay } from "../app/context";
import { useFocusBack } from "../app/useFocusBack";
import { Transcript } from "../chat/Transcript";
import { ChannelGlyph } from "../lists/ChannelGlyph";
import type { Full, Message } from "../protocol/frames.gen";
import { rest } from "../protocol/rest";
import { moment } from "../words/spell";
import detailsClasses from "./Details.module.css";
import classes from "./EarlierDialog.module.css";
import { reasonWord } from "./Facts";
import { withOlder } from "./pages";
import { usePages } from "./usePages";

const pageSize = 50;

/** An earlier chat, to be read only. */
export function EarlierDialog({ chat, close }: { chat: Full; close: () => void }) {
  const say = useSay();
  const language = useLanguage();
  const reason = reasonWord(chat.reason);
  const below = useLocal((l) => l.dialog !== null); // one of its pictures lies over it: Escape is for that
  useFocusBack();
  return (
    <Modal
      opened
      onClose={close}
      closeOnEscape={!below}
      size="xl"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": say("shell.close") }}
      title={
        <span className={classes.title}>
          <ChannelGlyph provider={chat.channel.provider} />
          <bdi className={classes.name}>{chat.contact.name}</bdi>
        </span>
      }
      classNames={{
        content: classes.content ?? "",
        title: classes.heading ?? "",
        body: classes.body ?? "",
      }}
    >
      <p className={classes.facts}>
        {moment(language, Date.parse(chat.completed_at ?? chat.created_at))}
        {" · "}
        <bdi>{chat.queue.name}</bdi>
        {chat.owner !== null && (
          <>
            {" · "}
            <bdi>{chat.owner.name}</bdi>
          </>
        )}
        {reason !== null && ` · ${say(reason)}`}
      </p>
      <Read chat={chat} />
    </Modal>
  );
}

/** Its messages: the newest page first, with the eye at its end; what is read above moves nothing below. */
function Read({ chat }: { chat: Full }) {
  const say = useSay();
  const { pages, state, more } = usePages<Message>(async (before, signal) => {
    const above = before.next === null ? {} : { before: before.next };
    const { data } = await rest.GET("/api/v1/chats/{chat}/messages", {
      params: { path: { chat: chat.id }, query: { limit: pageSize, ...above } },
      signal,
    });
    if (data === undefined) throw new Error("no page");
    return withOlder(before, data.messages, data.more);
  });
  const box = useRef<HTMLElement>(null);
  const fromEnd = useRef(0);
  useLayoutEffect(() => {
    if (pages !== null && box.current !== null) box.current.scrollTop = box.current.scrollHeight - fromEnd.current;
  }, [pages]);
  const older = () => {
    if (pages !== null && box.current !== null) fromEnd.current = box.current.scrollHeight - box.current.scrollTop;
    more();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section ref={box} className={classes.messages} tabIndex={0} data-autofocus aria-label={say("details.messages")}>
      {pages === null && state === "reading" && <p className={detailsClasses.note}>{say("details.reading")}</p>}
      {state === "failed" && <p className={detailsClasses.note}>{say("details.notRead")}</p>}
      {(pages?.next || state === "failed") && (
        <Button size="compact-sm" variant="subtle" loading={state === "reading"} onClick={older}>
          {say(state === "failed" ? "details.again" : "details.older")}
        </Button>
      )}
      {pages !== null && <Transcript messages={pages.items} customer={chat.contact.name} />}
    </section>
  );
}
