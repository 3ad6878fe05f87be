import { Button } from "@mantine/core";
import { memo } from "react";
import { useLanguage, useSay } from "../app/context";
import { IconButton } from "../app/IconButton";
import type { Pending } from "../desk/pending";
import type { Message } from "../protocol/frames.gen";
import { clock, moment } from "../words/spell";
import { Attachments } from "./Attachments";
import { useFailure } from "./failure";
import { gist } from "./gist";
import classes from "./MessageLine.module.css";
import { MessageText } from "./MessageText";
import { OnItsWay, RefusedWhy } from "./OnItsWay";
import { State } from "./State";

interface Props {
  readonly message: Message;
  /** Not null while the message is on its way to the server. */
  readonly pending: Pending | null;
  /** The contact's name as it is known now: a message carries the one that was known when it came. */
  readonly customer: string;
  readonly follows: boolean;
  /** The message it answers: null when it answers none, undefined when that one is not here. */
  readonly quoted: Message | null | undefined;
  /** Puts the message into the reply box as what is answered; absent where nothing can be sent. */
  readonly onReply?: ((m: Message) => void) | undefined;
  readonly onRetry?: ((m: Message) => void) | undefined;
  readonly onQuote?: ((id: string) => void) | undefined;
}

/**
 * One message: who, when, what, and what became of it. It is drawn by the same component while it is on its way and once
 * the server has it, so that nothing of it moves or is fetched again.
 */
export const MessageLine = memo(function MessageLine({
  message: m,
  pending,
  customer,
  follows,
  quoted,
  onReply,
  onRetry,
  onQuote,
}: Props) {
  const language = useLanguage();
  const say = useSay();
  const failure = useFailure();
  const name = useAuthor()(m, customer);
  const at = Date.parse(m.at);
  const note = m.author.kind === "system";
  const stuck = m.state === "failed" || m.state === "unknown";
  return (
    <article
      className={classes.line}
      data-direction={note ? "note" : m.direction}
      data-follows={follows || undefined}
      data-message={pending === null ? m.id : undefined}
    >
      {!follows && (
        <header className={classes.head}>
          <bdi className={classes.author}>{note ? say("chat.note", { name: m.author.name }) : name}</bdi>
        </header>
      )}
      <div className={classes.row}>
        <div className={classes.bubble}>
          {m.reply_to !== null && <Quote id={m.reply_to} quoted={quoted} customer={customer} onQuote={onQuote} />}
          {m.deleted ? (
            <p className={classes.deleted}>{say("chat.deleted")}</p>
          ) : (
            <>
              <Attachments message={m} from={name} waits={pending !== null} />
              {m.text !== "" && (
                <p className={classes.text} dir="auto">
                  <MessageText text={m.text} />
                </p>
              )}
              {m.kind === "unsupported" && m.attachments.length === 0 && (
                <p className={classes.deleted}>{say("chat.unsupported")}</p>
              )}
            </>
          )}
          <footer className={classes.foot}>
            {pending !== null ? (
              <OnItsWay pending={pending} />
            ) : (
              <>
                {m.edited && !m.deleted && <span>{say("chat.edited")}</span>}
                {m.kind === "postback" && <span>{say("chat.pressed")}</span>}
                <time dateTime={m.at} title={moment(language, at)}>
                  {clock(language, at)}
                </time>
                {m.state !== null && <State state={m.state} />}
              </>
            )}
          </footer>
        </div>
        {onReply !== undefined && pending === null && !m.deleted && !note && (
          <IconButton className={classes.reply ?? ""} label={say("chat.reply")} onClick={() => onReply(m)} />
        )}
      </div>
      {m.reactions.length > 0 && <Reactions message={m} />}
      {pending !== null && pending.refused !== null && <RefusedWhy pending={pending} code={pending.refused} />}
      {stuck && (
        <p className={classes.failure} data-state={m.state}>
          <span>
            {m.state !== null && say(`chat.state.${m.state}`)}
            {m.error !== null && `. ${failure(m.error)}`}
          </span>
          {onRetry !== undefined && (
            <Button size="compact-xs" variant="default" onClick={() => onRetry(m)}>
              {say("chat.retry")}
            </Button>
          )}
        </p>
      )}
    </article>
  );
});

interface QuoteProps {
  /** The message that is quoted; undefined where it is not here. */
  readonly id: string;
  readonly quoted: Message | null | undefined;
  readonly customer: string;
  readonly onQuote: ((id: string) => void) | undefined;
}

/** What a message answers, and the way to it; where there is none, as in a transcript, what is missing is only named. */
function Quote({ id, quoted, customer, onQuote }: QuoteProps) {
  const say = useSay();
  const author = useAuthor();
  const missing = quoted === null || quoted === undefined;
  if (missing && onQuote === undefined) return <p className={classes.quote}>{say("chat.quoteMissing")}</p>;
  return (
    <button type="button" className={classes.quote} onClick={() => onQuote?.(id)} title={say("chat.goToQuote")}>
      {missing ? (
        say("chat.quoteMissing")
      ) : (
        <>
          <bdi className={classes.author}>{author(quoted, customer)}</bdi>
          <span dir="auto">{gist(quoted, say)}</span>
        </>
      )}
    </button>
  );
}

function Reactions({ message }: { message: Message }) {
  const say = useSay();
  return (
    <p className={classes.reactions}>
      {message.reactions.map((r) => (
        <span
          key={`${r.by} ${r.emoji}`}
          role="img"
          aria-label={say("chat.reactionOf", {
            emoji: r.emoji,
            by: r.by === "customer" ? say("chat.customer") : say("chat.operator"),
          })}
        >
          {r.emoji}
        </span>
      ))}
    </p>
  );
}

function useAuthor(): (m: Message, customer: string) => string {
  const say = useSay();
  return (m, customer) => {
    switch (m.author.kind) {
      case "customer":
        return customer || m.author.name || say("chat.customer");
      case "bot":
        return m.author.name || say("chat.bot");
      case "system":
        return m.author.name || say("chat.system");
      default:
        return m.author.name || say("chat.operator");
    }
  };
}
