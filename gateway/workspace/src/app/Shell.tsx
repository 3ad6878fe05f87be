import { memo, useEffect, useRef } from "react";
import { Announcements } from "../bell/Announcements";
import { Chat } from "../chat/Chat";
import { FinishDialog } from "../chat/FinishDialog";
import { LargePicture } from "../chat/LargePicture";
import { Details } from "../details/Details";
import { Header } from "../header/Header";
import { Lists } from "../lists/Lists";
import { Notices } from "../notices/Notices";
import { KeyMap } from "../palette/KeyMap";
import { control } from "../palette/machine";
import { Palette } from "../palette/Palette";
import { useShortcuts } from "../palette/shortcuts";
import { useSentence } from "../palette/useSentence";
import { SettingsDialog } from "../settings/SettingsDialog";
import { TransferDialog } from "../transfer/TransferDialog";
import { useLocal, useSay, useView } from "./context";
import classes from "./Shell.module.css";
import { useAfterPaint } from "./useAfterPaint";
import { useDetails } from "./useDetails";
import { useKeptFocus } from "./useKeptFocus";
import { useLaidOver } from "./useLaidOver";

/**
 * Three panes: the lists, the chat, the contact. On a narrow screen one at a time. What is drawn here does not change with
 * the open chat (memo), except the chat itself, and the contact a frame later.
 */
export function Shell() {
  const say = useSay();
  const open = useLocal((l) => l.open);
  const shown = useView((v) => open !== null && (v.chats.has(open) || v.ended.has(open)));
  const about = useAfterPaint(open); // the chat is read first
  const details = useDetails();
  const pane = useRef<HTMLElement>(null);
  const over = useLaidOver(pane) && shown;
  useSentence();
  useShortcuts();
  useKeptFocus();
  useEffect(() => {
    document.getElementById("root")?.setAttribute("data-ready", "true");
  }, []);
  return (
    <div className={classes.shell} data-open={shown || undefined}>
      <a className={classes.skip} href="#chat">
        {say("shell.skip")}
      </a>
      <Header />
      <main className={classes.panes} data-details={(details && shown) || undefined}>
        <nav className={classes.lists} aria-label={say("shell.lists")}>
          <Lists />
        </nav>
        <section className={classes.chat} id="chat" aria-label={say("shell.chat")} tabIndex={-1} inert={over}>
          {shown && open !== null ? <Chat chat={open} /> : <Empty />}
        </section>
        {details && shown && about !== null && (
          <aside ref={pane} className={classes.details} tabIndex={-1} aria-label={say("shell.details")}>
            <Details chat={about} />
          </aside>
        )}
      </main>
      <Dialogs />
      <Notices />
      <Announcements />
    </div>
  );
}

const Dialogs = memo(function Dialogs() {
  const dialog = useLocal((l) => l.dialog);
  return (
    <>
      {dialog?.is === "palette" && <Palette />}
      {dialog?.is === "keys" && <KeyMap />}
      {dialog?.is === "settings" && <SettingsDialog />}
      {dialog?.is === "transfer" && <TransferDialog key={dialog.chat} chat={dialog.chat} to={dialog.to} />}
      {dialog?.is === "picture" && <LargePicture {...dialog} />}
      {dialog?.is === "finish" && <FinishDialog key={dialog.chat} chat={dialog.chat} />}
    </>
  );
});

function Empty() {
  const say = useSay();
  const chats = useView((v) => v.chats.size);
  const offers = useView((v) => v.offers.size);
  const active = useView((v) => v.me?.effective === "active");
  const word = chats > 0 || offers > 0 ? "shell.choose" : active ? "shell.quiet" : "shell.inactive";
  return (
    <div className={classes.empty}>
      <p>{say(word)}</p>
      <p className={classes.hint}>{say("shell.hint", { control })}</p>
    </div>
  );
}
