import { Button, Group, Modal } from "@mantine/core";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useBox, useSay, useView, useWorkspace } from "../app/context";
import { useFocusAtOnce } from "../app/useFocusAtOnce";
import { useFocusBack } from "../app/useFocusBack";
import type { Pending } from "../desk/pending";
import { type Stakes, type Step, stakesOf, stepOf } from "./stakes";

/** Most messages are with the server sooner than this, in milliseconds: a dialog would only flash. */
const quiet = 250;

/**
 * Finishes a chat (S34): at once when nothing is at stake, else after asking. It must be quick, it is done hundreds of
 * times a day; but an unanswered customer or an unsent reply is not passed over in silence. For messages that are on
 * their way it waits by itself.
 */
export function FinishDialog({ chat }: { chat: string }) {
  const workspace = useWorkspace();
  const say = useSay();
  const here = useView((v) => v.chats.has(chat));
  const stakes = useStakes(chat);
  const step = useStep(stakes);
  const late = useLate();
  useFocusBack();
  const close = () => workspace.show(null);
  const finish = () => {
    close();
    void workspace.chats.finish(chat);
  };
  useEffect(() => {
    if (here && step !== "finish") return;
    workspace.show(null);
    if (here) void workspace.chats.finish(chat);
  }, [here, step, workspace, chat]);
  return (
    <Modal
      opened={here && (step === "ask" || (step === "wait" && late))}
      onClose={close}
      title={say("chat.finishing.title")}
      size="sm"
      centered
      closeButtonProps={{ "aria-label": say("shell.close") }}
    >
      <div role="status">
        {stakes.waits && <p>{say("chat.finishing.waits")}</p>}
        {stakes.draft && <p>{say("chat.finishing.draft")}</p>}
        {stakes.refused && <p>{say("chat.finishing.refused")}</p>}
        {stakes.pending && <p>{say("chat.finishing.pending")}</p>}
        <p>{say(step === "wait" ? "chat.finishing.byItself" : "chat.finishing.after")}</p>
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {say("shell.cancel")}
        </Button>
        <Confirm word={step === "wait" ? "chat.finishing.now" : "chat.finishing.confirm"} finish={finish} />
      </Group>
    </Modal>
  );
}

const none: readonly Pending[] = [];

function useStakes(chat: string): Stakes {
  const { outbox } = useWorkspace();
  const desk = useView((v) => v.chats.get(chat));
  const box = useBox(chat, (b) => b);
  const sent = useStore(outbox.store, (all) => all.get(chat) ?? none);
  return stakesOf(desk, box, sent);
}

function useStep(stakes: Stakes): Step {
  const [before, follow] = useState<Step | null>(null);
  const step = stepOf(stakes, before);
  if (step !== before) follow(step);
  return step;
}

function useLate(): boolean {
  const [late, set] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => set(true), quiet);
    return () => clearTimeout(timer);
  }, []);
  return late;
}

function Confirm({ word, finish }: { word: "chat.finishing.now" | "chat.finishing.confirm"; finish: () => void }) {
  const say = useSay();
  const button = useFocusAtOnce<HTMLButtonElement>();
  return (
    <Button ref={button} data-autofocus onClick={finish}>
      {say(word)}
    </Button>
  );
}
