import type { Box } from "./boxes";
import { type AttachedFile, type KeptFile, refused } from "./files";

/** What stands in a reply box beside the text. */
export interface KeptTray {
  readonly files: readonly KeptFile[];
  /** The message it answers. */
  readonly replyTo: string | null;
}

const prefix = "parley.tray.";

/**
 * What a page that is loaded again finds of its reply boxes beside the drafts: uploaded files and the message that is
 * answered. A draft is every tab's and the server has it; these are one tab's, and so is the storage they stand in.
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
    const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? "");
    for (const key of keys) {
      const own = key.startsWith(this.key(""));
      if (own && !here(key.slice(this.key("").length))) this.storage.removeItem(key);
    }
  }

  private put(chat: string, box: Box): void {
    const key = this.key(chat);
    if (box.files.length === 0 && box.replyTo === null) {
      this.storage.removeItem(key);
      return;
    }
    const files = box.files.filter((f) => !refused(f.problem)).map(keep);
    const tray = JSON.stringify({ files, replyTo: box.replyTo } satisfies KeptTray);
    try {
      if (this.storage.getItem(key) !== tray) this.storage.setItem(key, tray); // an upload tells its progress many times
    } catch {
      // A full storage loses the safety net only.
    }
  }

  private key(chat: string): string {
    return `${prefix}${this.operator}.${chat}`;
  }
}

function keep(f: AttachedFile): KeptFile {
  const { name, mime, size } = f.uploaded ?? f;
  return { id: f.uploaded?.id ?? null, name, mime, size };
}

/** What stands there may be of another version of this page. */
function read(text: string | null): KeptTray | null {
  try {
    const t = JSON.parse(text ?? "null") as Partial<KeptTray> | null;
    if (t === null || !Array.isArray(t.files)) return null;
    return { files: t.files.filter(isFile), replyTo: typeof t.replyTo === "string" ? t.replyTo : null };
  } catch {
    return null;
  }
}

function isFile(f: Partial<KeptFile> | null): f is KeptFile {
  if (f === null || (f.id !== null && typeof f.id !== "string")) return false;
  return typeof f.name === "string" && typeof f.mime === "string" && typeof f.size === "number";
}
