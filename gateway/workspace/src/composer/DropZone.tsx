import { IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useSay, useWorkspace } from "../app/context";
import { attach } from "./attach";
import { closedBecause } from "./closed";
import classes from "./DropZone.module.css";

/** Takes files that are dropped anywhere on a chat. While files are over it a sheet lies on it that catches them. */
export function DropZone({ chat, children }: { chat: string; children: ReactNode }) {
  const workspace = useWorkspace();
  const say = useSay();
  const [over, setOver] = useState(false);
  const fromPage = useDragFromPage();

  const takes = (e: DragEvent) => {
    if (fromPage.current || !e.dataTransfer.types.includes("Files")) return false;
    const desk = workspace.view.chats.get(chat);
    return desk !== undefined && closedBecause(desk.chat, workspace.clock.now()) === null;
  };
  const entered = (e: DragEvent) => {
    if (!takes(e)) return;
    e.preventDefault();
    setOver(true);
  };
  const hovered = (e: DragEvent) => {
    if (!takes(e)) return;
    e.preventDefault();
    e.dataTransfer.dropEffect = "copy";
  };
  const dropped = (e: DragEvent) => {
    setOver(false);
    if (!takes(e)) return;
    e.preventDefault();
    attach(workspace, chat, filesOf(e.dataTransfer));
    document.getElementById("reply")?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its keyboard way in the button that chooses files
    <div className={classes.zone} onDragEnter={entered} onDragOver={hovered} onDrop={dropped}>
      {children}
      {over && (
        // biome-ignore lint/a11y/noStaticElementInteractions: as above
        <div className={classes.sheet} onDragLeave={() => setOver(false)}>
          <div className={classes.words}>
            <IconFileUpload size={32} aria-hidden />
            {say("composer.drop")}
          </div>
        </div>
      )}
    </div>
  );
}

/** A picture of the page that is dragged looks like a file from outside. */
function useDragFromPage() {
  const fromPage = useRef(false);
  useEffect(() => {
    const began = () => {
      fromPage.current = true;
    };
    const ended = () => {
      fromPage.current = false;
    };
    document.addEventListener("dragstart", began);
    document.addEventListener("dragend", ended);
    return () => {
      document.removeEventListener("dragstart", began);
      document.removeEventListener("dragend", ended);
    };
  }, []);
  return fromPage;
}

/** Folders look like files without content; they are left out. */
function filesOf(transfer: DataTransfer): File[] {
  return [...transfer.items].flatMap((item) => {
    const file = item.kind === "file" && item.webkitGetAsEntry()?.isDirectory !== true ? item.getAsFile() : null;
    return file === null ? [] : [file];
  });
}
