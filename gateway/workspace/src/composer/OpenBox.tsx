import { type FormEvent, useCallback, useId } from "react";
import { useBox, useSay, useView, useWorkspace } from "../app/context";
import { AttachButton } from "./AttachButton";
import { limitsOf } from "./attach";
import { Field } from "./Field";
import { Foot } from "./Foot";
import classes from "./OpenBox.module.css";
import { Quote } from "./Quote";
import { SendButton } from "./SendButton";
import { hindrance } from "./sendable";
import { Tray } from "./Tray";

/** The reply box. What stands in it is kept by the workspace; this only shows it and sends it. */
export function OpenBox({ chat }: { chat: string }) {
  const workspace = useWorkspace();
  const say = useSay();
  const foot = useId();
  const answers = useBox(chat, (b) => b.replyTo);
  const name = useView((v) => v.chats.get(chat)?.chat.contact.name ?? "");
  const send = useCallback(() => {
    if (hindrance(workspace.boxes.of(chat), limitsOf(workspace, chat)) === null) workspace.chats.send(chat);
  }, [workspace, chat]);
  const submitted = (e: FormEvent) => {
    e.preventDefault();
    send();
  };
  return (
    <form className={classes.box} aria-label={say("composer.form", { name })} onSubmit={submitted}>
      {answers !== null && <Quote chat={chat} message={answers} />}
      <Tray chat={chat} />
      <div className={classes.line}>
        <AttachButton chat={chat} />
        <Field chat={chat} send={send} describedBy={foot} />
        <SendButton chat={chat} describedBy={foot} />
      </div>
      <Foot chat={chat} id={foot} />
    </form>
  );
}
