import { IconAlertCircle, IconCheck, IconPencil } from "@tabler/icons-react";
import { memo } from "react";
import { useBox, useListed, useLocal, useSay, useWorkspace } from "../app/context";
import { IconButton } from "../app/IconButton";
import { unreadOf, windowCloses } from "../feed/derive";
import { factsOf } from "../feed/facts";
import { Age } from "./Age";
import { ChannelGlyph } from "./ChannelGlyph";
import { draftOf } from "./draft";
import { Gone } from "./Gone";
import { LastAt } from "./LastAt";
import { useLine } from "./line";
import classes from "./Row.module.css";
import type { Sights } from "./sights";
import { WindowChip } from "./WindowChip";

/** A chat in progress. */
export const ActiveRow = memo(function ActiveRow({ chat, sights }: { chat: string; sights: Sights }) {
  const say = useSay();
  const lineOf = useLine();
  const workspace = useWorkspace();
  const desk = useListed((v) => v.chats.get(chat));
  const ended = useListed((v) => v.ended.get(chat)?.chat.contact.name);
  const open = useLocal((l) => l.open === chat);
  const unread = useLocal((l) => (desk === undefined ? 0 : unreadOf(desk, l.readTo.get(chat))));
  const draft = useBox(chat, (b) => (open ? "" : draftOf(b))); // what is being typed changes no row
  if (desk === undefined) return <Gone name={ended ?? sights.name(chat)} why={say("lists.gone.notYours")} />;
  const facts = factsOf(desk);
  const { contact, channel } = desk.chat;
  return (
    <div className={classes.row} data-open={open || undefined}>
      <button
        type="button"
        className={classes.main}
        data-row
        aria-current={open || undefined}
        onClick={() => {
          if (open) document.getElementById("reply")?.focus();
          else workspace.chats.open(chat);
        }}
      >
        <span className={classes.line}>
          <ChannelGlyph provider={channel.provider} />
          <bdi className={classes.name}>{contact.name}</bdi>
          {facts.failed && (
            <span className={classes.bad} role="img" aria-label={say("lists.failed")} title={say("lists.failed")}>
              <IconAlertCircle size={15} aria-hidden />
            </span>
          )}
          <WindowChip closes={windowCloses(desk.chat)} />
          {facts.waitingSince === null ? (
            <LastAt at={facts.lastAt} />
          ) : (
            <Age since={facts.waitingSince} word="lists.waitsOnMe" />
          )}
        </span>
        <span className={classes.line}>
          {draft === "" ? (
            <span className={classes.text} dir="auto" data-unread={unread > 0 || undefined}>
              {lineOf(facts.last, desk.chat.preview)}
            </span>
          ) : (
            <span className={`${classes.text} ${classes.draft}`} dir="auto">
              <IconPencil size={13} aria-hidden /> {say("lists.draft", { text: draft })}
            </span>
          )}
          {unread > 0 && (
            <span className={classes.unread} role="img" aria-label={say("lists.unread", { count: unread })}>
              {unread > 99 ? "99+" : unread}
            </span>
          )}
        </span>
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer leaves the cursor where somebody writes */}
      <div className={classes.finish} onMouseDown={(e) => e.preventDefault()}>
        <IconButton
          label={say("lists.finishOf", { name: contact.name })}
          title={say("lists.finish")}
          onClick={() => workspace.show({ is: "finish", chat })}
        >
          <IconCheck size={16} aria-hidden />
        </IconButton>
      </div>
    </div>
  );
});
