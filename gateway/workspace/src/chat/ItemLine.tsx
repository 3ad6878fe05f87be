import { memo } from "react";
import { useLanguage, useSay, useToday } from "../app/context";
import type { Message } from "../protocol/frames.gen";
import { day, dayOf } from "../words/spell";
import classes from "./ItemLine.module.css";
import { type Item, sameItem } from "./items";
import { MessageLine } from "./MessageLine";

interface Props {
  readonly item: Item;
  /** The contact's name. */
  readonly customer: string;
  readonly beginning: boolean;
  /** The newest line: some room is left under it. */
  readonly last?: boolean;
  /** The first unread message. */
  readonly unread: boolean;
  readonly quoted: Message | null | undefined;
  readonly onReply?: ((m: Message) => void) | undefined;
  readonly onRetry?: ((m: Message) => void) | undefined;
  readonly onQuote?: ((id: string) => void) | undefined;
}

/** A line with its dividers: where the conversation begins, a new day, a transfer, what is unread. */
export const ItemLine = memo(
  function ItemLine({ item, beginning, last, unread, ...rest }: Props) {
    const say = useSay();
    return (
      <div className={classes.item} data-last={last || undefined}>
        {beginning && <p className={classes.note}>{say("chat.beginning")}</p>}
        {item.day !== null && <Day at={item.day} />}
        {item.continued && (
          <p className={classes.divider} data-continued>
            <span>{say("chat.continued")}</span>
          </p>
        )}
        {unread && (
          <p className={classes.divider} data-unread>
            <span>{say("chat.unreadHere")}</span>
          </p>
        )}
        <MessageLine message={item.message} pending={item.pending} follows={item.follows} {...rest} />
      </div>
    );
  },
  (a, b) =>
    sameItem(a.item, b.item) &&
    a.customer === b.customer &&
    a.beginning === b.beginning &&
    a.last === b.last &&
    a.unread === b.unread &&
    a.quoted === b.quoted &&
    a.onReply === b.onReply &&
    a.onRetry === b.onRetry &&
    a.onQuote === b.onQuote,
);

function Day({ at }: { at: number }) {
  const say = useSay();
  const language = useLanguage();
  const which = dayOf(at, useToday());
  return (
    <p className={classes.divider}>
      <span>{which === "earlier" ? day(language, at) : say(`chat.${which}`)}</span>
    </p>
  );
}
