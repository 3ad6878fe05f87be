import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type MouseEvent, memo } from "react";
import { useListed, useSay, useWorkspace } from "../app/context";
import { previewOf } from "../chat/preview";
import { Age } from "./Age";
import { ChannelGlyph } from "./ChannelGlyph";
import { DeadlineRing } from "./DeadlineRing";
import { Gone, useWhy } from "./Gone";
import classes from "./Row.module.css";
import type { Sights } from "./sights";

/** An offered chat: what may be seen before acceptance (S32). Enter, a double click or the button accepts. */
export const NewRow = memo(function NewRow({ chat, sights }: { chat: string; sights: Sights }) {
  const say = useSay();
  const why = useWhy();
  const { chats, clock } = useWorkspace();
  const row = useListed((v) => v.offers.get(chat));
  const gone = useListed((v) => v.withdrawn.get(chat));
  const taken = useListed((v) => v.chats.get(chat)?.chat.contact.name);
  if (row === undefined) {
    if (taken !== undefined) return <Gone name={taken} why={say("lists.gone.accepted")} />;
    return <Gone name={gone?.row.contact.name ?? sights.name(chat)} why={why(gone?.reason, gone?.by?.name)} />;
  }
  const { name } = row.contact;
  const accept = () => void chats.accept(chat);
  return (
    <div className={classes.row}>
      <button
        type="button"
        className={classes.main}
        data-row
        onClick={(e: MouseEvent) => e.detail === 0 && accept()} // a key, or a screen reader; a pointer has the button
        onDoubleClick={accept}
      >
        <span className={classes.line}>
          <ChannelGlyph provider={row.channel.provider} />
          <bdi className={classes.name}>{name}</bdi>
          {row.deadline === null ? (
            <Age since={Date.parse(row.created_at)} word="lists.age" />
          ) : (
            <DeadlineRing from={sights.see(row, clock.now())} deadline={Date.parse(row.deadline)} />
          )}
        </span>
        <span className={classes.line}>
          <span className={classes.text} dir="auto">
            {previewOf(row.preview, say)}
          </span>
        </span>
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer leaves the cursor where somebody writes */}
      <div className={classes.actions} onMouseDown={(e) => e.preventDefault()}>
        <Button size="compact-sm" onClick={accept} aria-label={say("lists.acceptOf", { name })}>
          {say("lists.accept")}
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={() => void chats.decline(chat)}
          aria-label={say("lists.declineOf", { name })}
          title={say("lists.decline")}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </div>
    </div>
  );
});
