import { Modal } from "@mantine/core";
import { useEffect } from "react";
import { useSay, useView, useWorkspace } from "../app/context";
import { useFocusBack } from "../app/useFocusBack";
import type { PictureDialog } from "../desk/workspace";
import { indexOf } from "../feed/messages";
import type { View } from "../feed/view";
import { fileAddress } from "../protocol/rest";
import classes from "./LargePicture.module.css";

/**
 * A picture of a message as large as the page allows. It lies over the page and not in its line, which is not drawn any
 * more once new messages have moved it out of sight. When its author takes the message back, it goes.
 */
export function LargePicture({ message, file, name, from }: PictureDialog) {
  const say = useSay();
  const workspace = useWorkspace();
  const deleted = useView((v) => isDeleted(v, message));
  useFocusBack();
  useEffect(() => {
    if (deleted) workspace.show(null);
  }, [deleted, workspace]);
  const alt = say("chat.file.picture", { name: from });
  return (
    <Modal
      opened
      onClose={() => workspace.show(null)}
      title={<bdi>{name || alt}</bdi>}
      size="auto"
      centered
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": say("shell.close") }}
    >
      <img className={classes.large} src={fileAddress(file)} alt={alt} />
      <p className={classes.under}>
        <a href={fileAddress(file)} download={name || true}>
          {say("chat.file.download", { name: name || say("chat.file.nameless") })}
        </a>
      </p>
    </Modal>
  );
}

/** The message may stand in the list of the chat that continues its own, or be too old for any. */
function isDeleted(v: View, message: string): boolean {
  const passed = v.passed.get(message);
  if (passed !== undefined) return passed.deleted;
  for (const desks of [v.chats, v.ended]) {
    for (const { messages } of desks.values()) {
      const m = messages[indexOf(messages, message)];
      if (m !== undefined) return m.deleted;
    }
  }
  return false;
}
