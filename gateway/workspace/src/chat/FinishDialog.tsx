import { Button, Group, Modal } from "@mantine/core";
import { useEffect, useState } from "react";
import { useSay, useView, useWorkspace } from "../app/context";
import { useFocusAtOnce } from "../app/useFocusAtOnce";
import { useFocusBack } from "../app/useFocusBack";
import { factsOf } from "../feed/facts";

/**
 * Finishes a chat (S34): at once when nothing is at stake, else after asking. It must be quick, it is done hundreds of
 * times a day; but an unanswered customer or an unsent reply is not passed over in silence.
 */
export function FinishDialog({ chat }: { chat: string }) {
  const say = useSay();
  const workspace = useWorkspace();
  const here = useView((v) => v.chats.has(chat));
  const [stakes] = useState(() => {
    const desk = workspace.view.chats.get(chat);
    const box = workspace.boxes.of(chat);
    return {
      waits: desk !== undefined && factsOf(desk).waitingSince !== null,
      draft: box.draft.text.trim() !== "" || box.files.length > 0,
      pending: workspace.outbox.of(chat).length > 0,
    };
  });
  useFocusBack();
  const asks = stakes.waits || stakes.draft || stakes.pending;
  const close = () => workspace.show(null);
  const finish = () => {
    close();
    void workspace.chats.finish(chat);
  };
  useEffect(() => {
    if (!here) workspace.show(null);
    else if (!asks) {
      workspace.show(null);
      void workspace.chats.finish(chat);
    }
  }, [here, asks, workspace, chat]);
  return (
    <Modal
      opened={asks && here}
      onClose={close}
      title={say("chat.finishing.title")}
      size="sm"
      centered
      closeButtonProps={{ "aria-label": say("shell.close") }}
    >
      {stakes.waits && <p>{say("chat.finishing.waits")}</p>}
      {stakes.draft && <p>{say("chat.finishing.draft")}</p>}
      {stakes.pending && <p>{say("chat.finishing.pending")}</p>}
      <p>{say("chat.finishing.after")}</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {say("shell.cancel")}
        </Button>
        <Confirm finish={finish} />
      </Group>
    </Modal>
  );
}

function Confirm({ finish }: { finish: () => void }) {
  const say = useSay();
  const button = useFocusAtOnce<HTMLButtonElement>();
  return (
    <Button ref={button} data-autofocus onClick={finish}>
      {say("chat.finishing.confirm")}
    </Button>
  );
}
