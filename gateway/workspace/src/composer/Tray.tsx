import { ActionIcon } from "@mantine/core";
import { IconFile, IconMusic, IconPhoto, IconRefresh, IconVideo, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useBox, useSay, useWorkspace } from "../app/context";
import { type AttachedFile, hindranceOf, kindOf, mostBytes, refused } from "../desk/files";
import type { ChannelInfo } from "../protocol/rest";
import { size } from "../words/spell";
import type { Say } from "../words/words";
import { detach, uploadAgain } from "./attach";
import { useLimits } from "./hindered";
import classes from "./Tray.module.css";

/** The files of a reply, with what has become of each. */
export function Tray({ chat }: { chat: string }) {
  const say = useSay();
  const files = useBox(chat, (b) => b.files);
  const limits = useLimits(chat);
  if (files.length === 0) return null;
  return (
    <ul className={classes.tray} aria-label={say("composer.files")}>
      {files.map((f) => (
        <Item key={f.key} chat={chat} file={f} limits={limits} />
      ))}
    </ul>
  );
}

function Item({ chat, file, limits }: { chat: string; file: AttachedFile; limits: ChannelInfo["limits"] | undefined }) {
  const workspace = useWorkspace();
  const say = useSay();
  const problem = hindranceOf(limits, file);
  return (
    <li className={classes.item} data-bad={problem !== null || undefined}>
      <Picture file={file} />
      <div className={classes.words}>
        <bdi className={classes.name} title={file.name}>
          {file.name}
        </bdi>
        {problem === null ? (
          <Progress file={file} />
        ) : (
          <span className={classes.why}>{why(say, problem, file, limits)}</span>
        )}
      </div>
      {file.problem !== null && uploads(file.problem) && (
        <ActionIcon
          variant="subtle"
          size="1.75rem"
          aria-label={say("composer.uploadAgain", { name: file.name })}
          title={say("composer.uploadAgain", { name: file.name })}
          onClick={() => uploadAgain(workspace, chat, file)}
        >
          <IconRefresh size={16} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="1.75rem"
        aria-label={say("composer.detach", { name: file.name })}
        title={say("composer.detach", { name: file.name })}
        onClick={() => {
          detach(workspace, chat, file);
          document.getElementById("reply")?.focus();
        }}
      >
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </li>
  );
}

const icons = { image: IconPhoto, video: IconVideo, audio: IconMusic, file: IconFile } as const;

/** A picture that the browser cannot draw, as a HEIC, has the sign that files have. */
function Picture({ file }: { file: AttachedFile }) {
  const [broken, setBroken] = useState(false);
  if (file.preview !== null && !broken)
    return <img className={classes.picture} src={file.preview} alt="" onError={() => setBroken(true)} />;
  const Icon = icons[kindOf(file.mime)];
  return (
    <span className={classes.picture}>
      <Icon size={20} aria-hidden />
    </span>
  );
}

function Progress({ file }: { file: AttachedFile }) {
  const say = useSay();
  if (file.uploaded !== null) return <span className={classes.size}>{size(say, file.size)}</span>;
  return (
    <span className={classes.size}>
      <progress
        className={classes.progress}
        value={file.progress}
        aria-label={say("composer.uploading", { name: file.name })}
      />
      {size(say, file.size)}
    </span>
  );
}

/** Whether a problem is one of the upload: it may go better another time. */
function uploads(problem: string): boolean {
  return !refused(problem) && problem !== "lost";
}

const known = ["network", "too_large", "busy", "empty", "no_kind", "lost"] as const;

function why(say: Say, problem: string, file: AttachedFile, limits: ChannelInfo["limits"] | undefined): string {
  if (problem === "too_big" && limits !== undefined) {
    const most = mostBytes(limits, file.mime);
    return say("composer.problem.too_big", { size: size(say, file.size), most: size(say, most) });
  }
  const code = known.find((k) => k === problem) ?? "other";
  return say(`composer.problem.${code}`);
}
