import { Button, VisuallyHidden } from "@mantine/core";
import { IconFile, IconMovie, IconMusic, IconPhotoOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useSay, useView } from "../app/context";
import type { Attachment } from "../protocol/frames.gen";
import { fileAddress } from "../protocol/rest";
import { size } from "../words/spell";
import detailsClasses from "./Details.module.css";
import classes from "./Files.module.css";
import { filesOf, type SeenFile } from "./files";

/** How many are shown before somebody asks for all. */
const picturesAtFirst = 9;
const othersAtFirst = 5;

/** The files of the messages that are here. To be keyed by chat. */
export function Files({ chat }: { chat: string }) {
  const say = useSay();
  const messages = useView((v) => (v.chats.get(chat) ?? v.ended.get(chat))?.messages);
  const older = useView((v) => (v.chats.get(chat) ?? v.ended.get(chat))?.more === true);
  const { pictures, others } = useMemo(() => filesOf(messages ?? []), [messages]);
  const [all, setAll] = useState(false);
  const count = pictures.length + others.length;
  if (count === 0) return null;
  const hidden = pictures.length > picturesAtFirst || others.length > othersAtFirst;
  return (
    <section className={detailsClasses.section} aria-labelledby="chat-files">
      <h3 id="chat-files" className={detailsClasses.title}>
        {say("details.files", { count })}
      </h3>
      {pictures.length > 0 && (
        <ul className={classes.pictures}>
          {pictures.slice(0, all ? undefined : picturesAtFirst).map((file) => (
            <li key={file.attachment.id}>
              <Picture file={file} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul className={classes.others}>
          {others.slice(0, all ? undefined : othersAtFirst).map((file) => (
            <li key={file.attachment.id}>
              <Download attachment={file.attachment} />
            </li>
          ))}
        </ul>
      )}
      {hidden && !all && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {say("details.allFiles")}
        </Button>
      )}
      {older && <p className={detailsClasses.note}>{say("details.olderFiles")}</p>}
    </section>
  );
}

/** A picture in a box of fixed size. One that may not be read any more leaves the box. */
function Picture({ file: { attachment, from } }: { file: SeenFile }) {
  const say = useSay();
  const [broken, setBroken] = useState(false);
  const name = attachment.name || say("details.pictureFrom", { name: from });
  return (
    <a
      className={classes.picture}
      href={fileAddress(attachment.id)}
      target="_blank"
      rel="noreferrer"
      title={name}
      aria-label={say("details.openPicture", { name })}
    >
      {broken ? (
        <IconPhotoOff size={20} aria-hidden />
      ) : (
        <img src={fileAddress(attachment.id)} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
      )}
    </a>
  );
}

function Download({ attachment }: { attachment: Attachment }) {
  const say = useSay();
  const name = attachment.name || say(`lists.file.${attachment.kind}`);
  return (
    <a className={classes.file} href={fileAddress(attachment.id)} download={attachment.name || true}>
      <VisuallyHidden>{say("chat.file.toDownload")} </VisuallyHidden>
      <KindIcon kind={attachment.kind} />
      <bdi className={classes.name}>{name}</bdi>
      <span className={classes.size}>{size(say, attachment.size)}</span>
    </a>
  );
}

function KindIcon({ kind }: { kind: Attachment["kind"] }) {
  switch (kind) {
    case "video":
      return <IconMovie size={16} stroke={1.7} aria-hidden />;
    case "audio":
    case "voice":
      return <IconMusic size={16} stroke={1.7} aria-hidden />;
    default:
      return <IconFile size={16} stroke={1.7} aria-hidden />;
  }
}
