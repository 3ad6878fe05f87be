import { VisuallyHidden } from "@mantine/core";
import { IconAddressBook, IconFile, IconMapPin, IconPhotoOff } from "@tabler/icons-react";
import { useState } from "react";
import { useSay, useWorkspace } from "../app/context";
import type { Attachment, Message } from "../protocol/frames.gen";
import { fileAddress } from "../protocol/rest";
import { size } from "../words/spell";
import classes from "./Attachments.module.css";
import { cardOf } from "./card";

/** The files, places and cards of a message. Boxes have their size before the content is there: nothing jumps. */
export function Attachments({ message, from, waits }: { message: Message; from: string; waits: boolean }) {
  if (message.attachments.length === 0) return null;
  return (
    <div className={classes.list}>
      {message.attachments.map((a) => (
        <One key={a.id} message={message.id} attachment={a} from={from} waits={waits} />
      ))}
    </div>
  );
}

interface Props {
  /** The id of the message that has it, and by whom that is. */
  readonly message: string;
  readonly from: string;
  readonly attachment: Attachment;
  /** The message is on its way to the server. */
  readonly waits: boolean;
}

function One(props: Props) {
  const a = props.attachment;
  switch (a.kind) {
    case "location":
      return <Place attachment={a} />;
    case "contact":
      return <CardBox attachment={a} />;
    case "unsupported":
      return <Absent attachment={a} />;
    default:
      return a.state === "stored" ? <Stored {...props} /> : <Absent attachment={a} />;
  }
}

function Stored(props: Props) {
  const { attachment: a, from } = props;
  const say = useSay();
  const label = say("chat.file.player", { kind: say(`lists.file.${a.kind}`), name: from });
  switch (a.kind) {
    case "image":
    case "sticker":
      return <Picture {...props} />;
    case "audio":
    case "voice":
      return (
        // biome-ignore lint/a11y/useMediaCaption: customers' recordings come without captions
        <audio className={classes.audio} controls preload="none" src={fileAddress(a.id)} aria-label={label} />
      );
    case "video":
      return (
        // biome-ignore lint/a11y/useMediaCaption: customers' films come without captions
        <video className={classes.video} controls preload="metadata" src={fileAddress(a.id)} aria-label={label} />
      );
    default:
      return <Download attachment={a} />;
  }
}

/** One that does not come while its message waits keeps its place, and is tried again when the message is there. */
function Picture({ message, attachment: a, from, waits }: Props) {
  const say = useSay();
  const workspace = useWorkspace();
  const [broken, setBroken] = useState<"waiting" | "there" | null>(null);
  const alt = say("chat.file.picture", { name: from });
  if (broken === "waiting" && waits) {
    return (
      <div className={classes.picture} data-absent>
        <IconPhotoOff size={18} aria-hidden />
        <bdi>{a.name || alt}</bdi>
      </div>
    );
  }
  if (broken === "there") return <Download attachment={a} />;
  const onError = () => setBroken(waits ? "waiting" : "there");
  if (a.kind === "sticker") {
    return <img className={classes.sticker} src={fileAddress(a.id)} alt={alt} loading="lazy" onError={onError} />;
  }
  return (
    <button
      type="button"
      className={classes.picture}
      onClick={() => workspace.show({ is: "picture", message, file: a.id, name: a.name, from })}
      aria-label={say("chat.file.open", { name: alt })}
    >
      <img src={fileAddress(a.id)} alt={alt} loading="lazy" decoding="async" onError={onError} />
    </button>
  );
}

function Download({ attachment: a }: { attachment: Attachment }) {
  const say = useSay();
  const name = a.name || say("chat.file.nameless");
  return (
    <a className={classes.file} href={fileAddress(a.id)} download={a.name || true}>
      <VisuallyHidden>{say("chat.file.toDownload")} </VisuallyHidden>
      <IconFile size={20} aria-hidden />
      <bdi className={classes.fileName}>{name}</bdi>
      <span className={classes.fact}>{size(say, a.size)}</span>
    </a>
  );
}

/** A file that is not here: still being fetched, refused, or of no kind we can show. */
function Absent({ attachment: a }: { attachment: Attachment }) {
  const say = useSay();
  const box = a.state === "pending" ? (reserved(a.kind) ?? classes.file) : classes.file;
  const why =
    a.kind === "unsupported"
      ? say("chat.file.unsupported")
      : a.state === "pending"
        ? say("chat.file.pending")
        : a.state === "too_big"
          ? say("chat.file.too_big", { size: size(say, a.size) })
          : say("chat.file.failed");
  return (
    <div className={box} data-absent>
      <IconPhotoOff size={18} aria-hidden />
      <span>
        {a.name !== "" && <bdi>{a.name} · </bdi>}
        {why}
      </span>
    </div>
  );
}

/** The box in which a file will be shown, where that is another than that of a file to be saved. */
function reserved(kind: Attachment["kind"]): string | undefined {
  switch (kind) {
    case "image":
      return classes.picture;
    case "audio":
    case "voice":
      return classes.audio;
    case "video":
    case "sticker":
      return classes[kind];
    default:
      return undefined;
  }
}

function Place({ attachment: a }: { attachment: Attachment }) {
  const say = useSay();
  const at = `${a.lat ?? 0},${a.lon ?? 0}`;
  return (
    <div className={classes.file}>
      <IconMapPin size={20} aria-hidden />
      <div className={classes.place}>
        <span className={classes.placeName}>
          <bdi>{a.name || say("chat.file.location")}</bdi>
          <span className={classes.fact}> {at}</span>
        </span>
        <a href={`geo:${at}`}>{say("chat.file.openMap")}</a>
      </div>
    </div>
  );
}

function CardBox({ attachment: a }: { attachment: Attachment }) {
  const say = useSay();
  const card = cardOf(a.card);
  return (
    <div className={classes.file}>
      <IconAddressBook size={20} aria-hidden />
      <span className={classes.fileName}>
        <bdi>{card.name || a.name || say("chat.file.card")}</bdi>
        {card.phones.map((p) => (
          <a
            key={p}
            className={classes.contact}
            href={`tel:${p.replace(/[^+\d]/g, "")}`}
            aria-label={say("chat.file.call", { number: p })}
          >
            {p}
          </a>
        ))}
        {card.emails.map((e) => (
          <a key={e} className={classes.contact} href={`mailto:${encodeURIComponent(e)}`}>
            {e}
          </a>
        ))}
      </span>
    </div>
  );
}
