import type { Attachment, Message } from "../protocol/frames.gen";

/** A file of the chat with where it comes from. */
export interface SeenFile {
  readonly attachment: Attachment;
  readonly from: string;
}

export interface SeenFiles {
  readonly pictures: readonly SeenFile[];
  readonly others: readonly SeenFile[];
}

/** What the server shows as a picture; all else it hands out as a file (gateway/rest_files.go). */
const shown = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const kinds = new Set<Attachment["kind"]>(["image", "video", "audio", "voice", "file"]);

/** The files that the messages carry, the newest first and each once; those that are not here are left out. */
export function filesOf(messages: readonly Message[]): SeenFiles {
  const pictures: SeenFile[] = [];
  const others: SeenFile[] = [];
  const known = new Set<string>();
  for (const m of messages.toReversed()) {
    if (m.deleted) continue;
    for (const attachment of m.attachments) {
      if (attachment.state !== "stored" || !kinds.has(attachment.kind) || known.has(attachment.id)) continue;
      known.add(attachment.id);
      const list = attachment.kind === "image" && shown.has(attachment.mime) ? pictures : others;
      list.push({ attachment, from: m.author.name });
    }
  }
  return { pictures, others };
}
