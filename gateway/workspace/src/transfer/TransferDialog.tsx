import { Button, Modal, Textarea } from "@mantine/core";
import { type KeyboardEvent, useId, useState } from "react";
import { useLocal, useSay, useView, useWorkspace } from "../app/context";
import { useFocusBack } from "../app/useFocusBack";
import { refusal } from "../desk/refusal";
import { control } from "../palette/machine";
import { Refused } from "../protocol/connection";
import type { Target } from "../protocol/frames.gen";
import type { Word } from "../words/words";
import { Consequences } from "./Consequences";
import { choosable, inSight, keyOf, type Line } from "./menu";
import { TargetField } from "./TargetField";
import classes from "./TransferDialog.module.css";
import { useTargets } from "./targets";

/** What a frame to the server surely has room for. */
const longestNote = 2_000;

/**
 * Hands a chat to a queue or to another operator (S40-S43). It stays open until the server has agreed; to is whom
 * somebody has chosen already, in the palette.
 */
export function TransferDialog({ chat, to }: { chat: string; to: Target | undefined }) {
  const workspace = useWorkspace();
  const say = useSay();
  const name = useView((v) => v.chats.get(chat)?.chat.contact.name ?? "");
  const { menu, renew } = useTargets(chat);
  const [typed, setTyped] = useState("");
  const [picked, pick] = useState<string | null>(to === undefined ? null : keyOf(to));
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Word | null>(null);
  const target = inSight(menu ?? [], typed, picked);
  const hindered = useHindered(chat, target, busy);
  const why = useId();
  useFocusBack();

  // While the server is asked nobody would hear its answer; and whatever lies over the page meanwhile is not this one's to close.
  const open = () => {
    const top = workspace.local.getState().dialog;
    return top?.is === "transfer" && top.chat === chat;
  };
  const leave = () => open() && workspace.show(null);
  const close = () => busy || leave();
  const transfer = async () => {
    if (target === null || hindered !== null || busy) return;
    setBusy(true);
    setRefused(null);
    try {
      const { id } = target.target;
      await workspace.chats.transfer(chat, target.is === "queue" ? { queue: id } : { operator: id }, note.trim());
      leave();
    } catch (e) {
      const word = e instanceof Refused ? refusalOf(e.code) : "refused.interrupted";
      if (!open()) workspace.notices.tell({ tone: "bad", word });
      setRefused(word);
      setBusy(false);
      renew();
    }
  };
  const pressed = (e: KeyboardEvent) => {
    if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || e.nativeEvent.isComposing) return;
    e.preventDefault();
    if (!e.repeat) void transfer();
  };

  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={<span className={classes.title}>{say("transfer.title", { name })}</span>}
      closeButtonProps={{ "aria-label": say("shell.close") }}
      onKeyDown={pressed}
    >
      <div className={classes.dialog}>
        <TargetField
          menu={menu}
          typed={typed}
          type={(text) => {
            setTyped(text);
            if (menu !== null && inSight(menu, text, picked) === null) pick(null); // it does not come back by itself
          }}
          picked={target?.key ?? null}
          choose={(line) => {
            const reason = unchoosable(line);
            setRefused(reason);
            if (reason === null) pick(line.key);
          }}
        />
        <Textarea
          label={say("transfer.note")}
          description={say("transfer.noteFor")}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={longestNote}
          dir="auto"
          value={note}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
        <Consequences chat={chat} target={target} />
        <p id={why} className={classes.why}>
          {refused === null && hindered !== null && say(hindered)}
          <span role="alert">{refused !== null && say(refused)}</span>
        </p>
        <div className={classes.actions}>
          <span className={classes.keys}>{say("transfer.keys", { control })}</span>
          <Button variant="default" disabled={busy} onClick={close}>
            {say("shell.cancel")}
          </Button>
          <Button
            loading={busy}
            data-disabled={hindered !== null}
            aria-disabled={hindered !== null}
            aria-describedby={why}
            onClick={() => void transfer()}
          >
            {say("transfer.confirm")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** Why the chat cannot be handed over now; null when it can. */
function useHindered(chat: string, target: Line | null, busy: boolean): Word | null {
  const connected = useLocal((l) => l.standing.is === "open");
  const mine = useView((v) => v.chats.has(chat));
  if (busy) return null;
  if (!mine) return "refused.not_owner";
  if (!connected) return "transfer.disconnected";
  if (target === null) return "transfer.chooseFirst";
  return unchoosable(target);
}

function unchoosable(line: Line): Word | null {
  if (choosable(line)) return null;
  return line.gone ? "refused.unknown_target" : "transfer.full";
}

/** The limit that refuses here is the receiver's. */
function refusalOf(code: string): Word {
  return code === "limit" ? "transfer.full" : refusal(code);
}
