import type { Message } from "../protocol/frames.gen";
import type { Box } from "./boxes";
import { type AttachedFile, type KeptFile, keptOf, readKept, refused } from "./files";
import type { Pending } from "./pending";

/** What stands in a reply box beside the text. */
export interface KeptTray {
  readonly chat: string;
  readonly files: readonly KeptFile[];
  /** The message it answers. */
  readonly replyTo: string | null;
}

const prefix = "parley.tray.";

/**
 * What a page that is loaded again finds of its reply boxes beside the drafts: uploaded files and the message that is
 * answered. A draft is every tab's and the server has it; these are one tab's, and so is the storage they stand in. A
 * browser copies it for a tab that is duplicated and brings it back after a crash, so a tray may be older than what was
 * sent of it.
 */
export class Trays {
  private readonly storage: Storage;
  private operator = "";

  constructor(storage: Storage) {
    this.storage = storage;
  }

  belongTo(operator: string): void {
    this.operator = operator;
  }

  /** Keeps what boxes have now, where it is other than before. */
  follow(now: ReadonlyMap<string, Box>, before: ReadonlyMap<string, Box>): void {
    if (this.operator === "") return;
    for (const [chat, box] of now) {
      const old = before.get(chat);
      if (box.files !== old?.files || box.replyTo !== old.replyTo) this.put(chat, box);
    }
    for (const chat of before.keys()) if (!now.has(chat)) this.storage.removeItem(this.key(chat));
  }

  get(chat: string): KeptTray | null {
    return read(this.storage.getItem(this.key(chat)));
  }

  /** Forgets what belongs to chats that are here no more. */
  sweep(here: (chat: string) => boolean): void {
    for (const key of Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? "")) {
      if (!key.startsWith(this.key(""))) continue;
      const chat = read(this.storage.getItem(key))?.chat ?? "";
      const own = key === this.key(chat); // ids of operators and chats have points, too
      if (own && !here(chat)) this.storage.removeItem(key);
    }
  }

  private put(chat: string, box: Box): void {
    const key = this.key(chat);
    if (box.files.length === 0 && box.replyTo === null) {
      this.storage.removeItem(key);
      return;
    }
    const files = box.files.filter((f) => !refused(f.problem)).map(keptOf);
    const tray = JSON.stringify({ chat, files, replyTo: box.replyTo } satisfies KeptTray);
    if (this.storage.getItem(key) === tray) return; // an upload tells its progress many times
    try {
      this.storage.setItem(key, tray);
    } catch {
      this.storage.removeItem(key); // a full storage loses the safety net; what stood there before is not true any more
    }
  }

  private key(chat: string): string {
    return `${prefix}${this.operator}.${chat}`;
  }
}

/** Which files of a box a message of the chat has taken along, be it there already or on its way. */
export function takenAlong(
  files: readonly AttachedFile[],
  messages: readonly Message[],
  pending: readonly Pending[],
): readonly AttachedFile[] {
  if (files.length === 0) return files;
  const sent = messages.flatMap((m) => (m.direction === "out" ? m.attachments : []));
  const taken = new Set([...sent, ...pending.flatMap((p) => p.files)].map((f) => f.id));
  return files.filter((f) => f.uploaded !== null && taken.has(f.uploaded.id));
}

/** What stands there may be of another version of this page. */
function read(text: string | null): KeptTray | null {
  try {
    const t = JSON.parse(text ?? "null") as Partial<KeptTray> | null;
    if (t === null || typeof t.chat !== "string" || !Array.isArray(t.files)) return null;
    const files = t.files.map(readKept).filter((f) => f !== null);
    return { chat: t.chat, files, replyTo: typeof t.replyTo === "string" ? t.replyTo : null };
  } catch {
    return null;
  }
}
