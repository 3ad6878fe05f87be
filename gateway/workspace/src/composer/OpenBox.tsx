import { type FormEvent, useCallback, useId, useRef } from "react";
import { useBox, useSay, useView, useWorkspace } from "../app/context";
import { AttachButton } from "./AttachButton";
import { limitsOf } from "./attach";
import { Field } from "./Field";
import { Foot } from "./Foot";
import classes from "./OpenBox.module.css";
import { Quote } from "./Quote";
import { firstBlank } from "./quick/blank";
import { QuickButton } from "./quick/QuickButton";
import { QuickList } from "./quick/QuickList";
import { useSearch } from "./quick/useSearch";
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
  const field = useRef<HTMLTextAreaElement>(null);
  const quick = useSearch(chat, field);
  const send = useCallback(() => {
    const hindered = hindrance(workspace.boxes.of(chat), limitsOf(workspace, chat));
    if (hindered === null) workspace.chats.send(chat);
    else if (hindered.is === "unfilled") goToBlank(field.current);
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
        <QuickButton />
        <Field chat={chat} field={field} quick={quick} send={send} describedBy={foot} />
        <SendButton chat={chat} describedBy={foot} />
        {quick.search.token !== null && <QuickList search={quick.search} take={quick.take} />}
      </div>
      <Foot chat={chat} id={foot} />
    </form>
  );
}

/** Marks what is to be filled in before the text can be sent. */
function goToBlank(field: HTMLTextAreaElement | null): void {
  const blank = firstBlank(field?.value ?? "");
  if (field === null || blank === null) return;
  field.focus();
  field.setSelectionRange(blank.from, blank.to);
}
