import { type ClipboardEvent, type KeyboardEvent, useRef } from "react";
import { useBox, useSay, useSettings, useWorkspace } from "../app/context";
import { attach } from "./attach";
import classes from "./Field.module.css";
import { useReplyFocus } from "./focus";
import { sends } from "./keys";
import { pastedFiles, properName } from "./pasted";

/** The text of a reply. The hidden copy behind it gives the field its height, without measuring anything. */
export function Field({ chat, send, describedBy }: { chat: string; send: () => void; describedBy: string }) {
  const workspace = useWorkspace();
  const say = useSay();
  const text = useBox(chat, (b) => b.draft.text);
  const mode = useSettings((s) => s.sendKey);
  const field = useRef<HTMLTextAreaElement>(null);
  useReplyFocus(field, chat);

  const pressed = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    const { isComposing } = e.nativeEvent;
    if (e.key === "Escape" && !isComposing && workspace.boxes.of(chat).replyTo !== null) {
      e.preventDefault();
      e.stopPropagation();
      workspace.boxes.answer(chat, null);
      return;
    }
    const { key, shiftKey, ctrlKey, metaKey, altKey, keyCode } = e;
    if (!sends({ key, shiftKey, ctrlKey, metaKey, altKey, isComposing, keyCode }, mode)) return;
    e.preventDefault();
    if (!e.repeat) send(); // a key that is still held from elsewhere, say from accepting the chat, sends nothing
  };

  const pasted = (e: ClipboardEvent<HTMLTextAreaElement>) => {
    const files = pastedFiles([...e.clipboardData.files], e.clipboardData.getData("text/plain"));
    if (files.length === 0) return;
    e.preventDefault();
    const now = new Date();
    attach(
      workspace,
      chat,
      files.map((f, i) => new File([f], properName(f.name, f.type, now, i + 1), { type: f.type })),
    );
  };

  return (
    <div className={classes.field}>
      <div className={classes.measure} aria-hidden="true" dir="auto">
        {`${text} `}
      </div>
      <textarea
        ref={field}
        id="reply"
        data-reply-box
        className={classes.text}
        dir="auto"
        rows={1}
        value={text}
        placeholder={say("composer.placeholder")}
        aria-label={say("composer.field")}
        aria-describedby={describedBy}
        onChange={(e) => workspace.boxes.edit(chat, e.currentTarget.value)}
        onKeyDown={pressed}
        onPaste={pasted}
      />
    </div>
  );
}
