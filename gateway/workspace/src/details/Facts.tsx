import type { ReactNode } from "react";
import { useLanguage, useSay, useView } from "../app/context";
import { type EndReason, endReason } from "../chat/ended";
import { windowCloses } from "../feed/derive";
import { factsOf } from "../feed/facts";
import type { Full } from "../protocol/frames.gen";
import { age, moment } from "../words/spell";
import detailsClasses from "./Details.module.css";
import classes from "./Facts.module.css";
import { ParentChat } from "./ParentChat";
import { ReplyWindow } from "./ReplyWindow";

/** What is known of the chat itself. over: it is no longer in the operator's list. */
export function Facts({ chat, over }: { chat: Full; over: boolean }) {
  const say = useSay();
  const language = useLanguage();
  const reason = useView((v) => v.ended.get(chat.id)?.reason) ?? chat.reason;
  const lastAt = useView((v) => {
    const desk = v.chats.get(chat.id) ?? v.ended.get(chat.id);
    return desk === undefined ? null : factsOf(desk).lastAt;
  });
  const closes = windowCloses(chat);
  const created = Date.parse(chat.created_at);
  const accepted = chat.accepted_at === null ? null : Date.parse(chat.accepted_at);
  return (
    <section className={detailsClasses.section} aria-label={say("details.facts")}>
      <dl className={classes.facts}>
        <Fact name={say("details.state")}>{over ? <Over reason={reason} /> : say(`details.states.${chat.state}`)}</Fact>
        <Fact name={say("details.queue")}>
          <bdi>{chat.queue.name}</bdi>
        </Fact>
        {chat.owner !== null && (
          <Fact name={say("details.owner")}>
            <bdi>{chat.owner.name}</bdi>
          </Fact>
        )}
        {chat.parent !== null && (
          <Fact name={say("details.parent")}>
            <ParentChat key={chat.parent} chat={chat.parent} />
          </Fact>
        )}
        <Fact name={say("details.created")}>{moment(language, created)}</Fact>
        {accepted !== null && <Fact name={say("details.accepted")}>{moment(language, accepted)}</Fact>}
        {accepted !== null && <Fact name={say("details.waited")}>{age(say, accepted - created)}</Fact>}
        {lastAt !== null && <Fact name={say("details.lastMessage")}>{moment(language, lastAt)}</Fact>}
        {closes !== null && !over && (
          <Fact name={say("details.window")}>
            <ReplyWindow closes={closes} />
          </Fact>
        )}
        {chat.thread_control === "other" && !over && (
          <Fact name={say("details.control")}>
            <span className={classes.warm}>{say("details.controlOther")}</span>
          </Fact>
        )}
        {chat.similar > 0 && <Fact name={say("details.similar")}>{chat.similar}</Fact>}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Why the chat is over; null when its end was not seen. */
function Over({ reason }: { reason: string | null }) {
  const say = useSay();
  const word = reasonWord(reason);
  return word === null ? say("details.gone") : say("details.over", { reason: say(word) });
}

/** The words for the reason of a chat's end; null for none that we know. */
export function reasonWord(reason: string | null): `details.reason.${EndReason}` | null {
  const known = endReason(reason);
  return known === null ? null : `details.reason.${known}`;
}
