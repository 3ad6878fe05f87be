import { IconPaperclip } from "@tabler/icons-react";
import { type ChangeEvent, useRef } from "react";
import { useSay, useWorkspace } from "../app/context";
import { IconButton } from "../app/IconButton";
import { attach } from "./attach";
import classes from "./OpenBox.module.css";

export function AttachButton({ chat }: { chat: string }) {
  const workspace = useWorkspace();
  const say = useSay();
  const input = useRef<HTMLInputElement>(null);
  const chosen = (e: ChangeEvent<HTMLInputElement>) => {
    attach(workspace, chat, [...(e.currentTarget.files ?? [])]);
    e.currentTarget.value = ""; // the same file may be chosen again
    document.getElementById("reply")?.focus();
  };
  return (
    <>
      <input ref={input} type="file" multiple hidden onChange={chosen} />
      <IconButton
        className={classes.attach ?? ""}
        label={say("composer.attach")}
        onClick={() => input.current?.click()}
      >
        <IconPaperclip size={20} aria-hidden />
      </IconButton>
    </>
  );
}
