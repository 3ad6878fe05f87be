import { Button } from "@mantine/core";
import { useState } from "react";
import { useLanguage, useSay } from "../app/context";
import { previewOf } from "../chat/preview";
import { ChannelGlyph } from "../lists/ChannelGlyph";
import type { Contact, Full } from "../protocol/frames.gen";
import { rest } from "../protocol/rest";
import { moment } from "../words/spell";
import detailsClasses from "./Details.module.css";
import classes from "./Earlier.module.css";
import { EarlierDialog } from "./EarlierDialog";
import { reasonWord } from "./Facts";
import { withChats } from "./pages";
import { usePages } from "./usePages";

const pageSize = 10;

/** The completed chats of a contact, the latest first. To be keyed by contact and chat. */
export function Earlier({ contact, except }: { contact: Contact; except: string }) {
  const say = useSay();
  const [open, setOpen] = useState<Full | null>(null);
  const { pages, state, more } = usePages<Full>(async (before, signal) => {
    const cursor = before.next === null ? {} : { cursor: before.next };
    const { data } = await rest.GET("/api/v1/chats", {
      params: { query: { contact: contact.id, state: "completed", sort: "-completed_at", limit: pageSize, ...cursor } },
      signal,
    });
    if (data === undefined) throw new Error("no page");
    return withChats(before, data.items, data.next, except);
  });
  return (
    <section className={detailsClasses.section} aria-labelledby="earlier-chats" aria-busy={state === "reading"}>
      <h3 id="earlier-chats" className={detailsClasses.title}>
        {say("details.earlier")}
      </h3>
      {pages !== null && pages.items.length > 0 && (
        <ul className={classes.list}>
          {pages.items.map((chat) => (
            <li key={chat.id}>
              <EarlierRow chat={chat} open={() => setOpen(chat)} />
            </li>
          ))}
        </ul>
      )}
      {pages !== null && pages.items.length === 0 && pages.next === null && (
        <p className={detailsClasses.note}>{say("details.noEarlier")}</p>
      )}
      {pages === null && state === "reading" && <p className={detailsClasses.note}>{say("details.reading")}</p>}
      {state === "failed" && <p className={detailsClasses.note}>{say("details.notRead")}</p>}
      {(pages?.next || state === "failed") && (
        <Button size="compact-sm" variant="subtle" loading={state === "reading"} onClick={more}>
          {say(state === "failed" ? "details.again" : "details.more")}
        </Button>
      )}
      {open !== null && <EarlierDialog key={open.id} chat={open} close={() => setOpen(null)} />}
    </section>
  );
}

function EarlierRow({ chat, open }: { chat: Full; open: () => void }) {
  const say = useSay();
  const language = useLanguage();
  const reason = reasonWord(chat.reason);
  return (
    <button type="button" className={classes.row} onClick={open}>
      <span className={classes.line}>
        <ChannelGlyph provider={chat.channel.provider} size={14} />
        <time className={classes.date} dateTime={chat.completed_at ?? chat.created_at}>
          {moment(language, Date.parse(chat.completed_at ?? chat.created_at))}
        </time>
      </span>
      <span className={classes.facts}>
        <bdi>{chat.channel.name}</bdi>
        {" · "}
        <bdi>{chat.queue.name}</bdi>
        {reason !== null && ` · ${say(reason)}`}
      </span>
      {chat.preview !== "" && (
        <span className={classes.preview} dir="auto">
          {previewOf(chat.preview, say)}
        </span>
      )}
    </button>
  );
}
