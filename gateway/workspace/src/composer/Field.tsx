import type { ClipboardEvent, KeyboardEvent, RefObject } from "react";
import { useBox, useSay, useSettings, useWorkspace } from "../app/context";
import { attach } from "./attach";
import classes from "./Field.module.css";
import { useReplyFocus } from "./focus";
import { sends } from "./keys";
import { pastedFiles, properName } from "./pasted";
import { listId, markedId } from "./quick/QuickList";
import type { QuickSearch } from "./quick/useSearch";

interface Props {
  readonly chat: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly quick: QuickSearch;
  readonly send: () => void;
  readonly describedBy: string;
}

/** The text of a reply. The hidden copy behind it gives the field its height, without measuring anything. */
export function Field({ chat, field, quick, send, describedBy }: Props) {
  const workspace = useWorkspace();
  const say = useSay();
  const text = useBox(chat, (b) => b.draft.text);
  const mode = useSettings((s) => s.sendKey);
  useReplyFocus(field, chat);

  const pressed = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    const { isComposing } = e.nativeEvent;
    if (!isComposing && e.keyCode !== 229 && quick.press(e)) {
      e.preventDefault();
      e.stopPropagation();
      return;
    }
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

  const searching = quick.search.token !== null;
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
        aria-autocomplete="list"
        aria-controls={searching ? listId : undefined}
        aria-activedescendant={searching ? markedId(quick.search) : undefined}
        onChange={(e) => {
          workspace.boxes.edit(chat, e.currentTarget.value);
          quick.look();
        }}
        onSelect={quick.look}
        onFocus={quick.look}
        onBlur={quick.leave}
        onKeyDown={pressed}
        onPaste={pasted}
      />
    </div>
  );
}
