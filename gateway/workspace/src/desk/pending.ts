import type { UploadedFile } from "../protocol/rest";
import { type KeptFile, readKept } from "./files";

/** A message on its way to the server (S38): shown at once, kept until the server has it. */
export interface Pending {
  readonly clientId: string;
  readonly chat: string;
  readonly text: string;
  readonly files: readonly UploadedFile[];
  readonly replyTo: string | null;
  /** The customer's name, for when the chat is gone. */
  readonly to?: string;
  /** When it was sent here, Unix milliseconds. */
  readonly at: number;
  /** The server's code when it refused; null while it is on its way. */
  readonly refused: string | null;
}

/** Refusals after which the same message is tried again by itself. */
export function passing(code: string): boolean {
  return code === "busy";
}

const prefix = "parley.outbox.";

/** Keeps what the server has not taken over a reload or a crash of the browser; sending twice is harmless by its client id. */
export class PendingShelf {
  private readonly storage: Storage;
  private readonly operator: string;

  constructor(storage: Storage, operator: string) {
    this.storage = storage;
    this.operator = operator;
  }

  put(p: Pending): void {
    try {
      this.storage.setItem(this.key(p.clientId), JSON.stringify(p));
    } catch {
      // A full storage loses the safety net, not the message: it is still sent from memory.
    }
  }

  drop(clientId: string): void {
    this.storage.removeItem(this.key(clientId));
  }

  get(clientId: string): Pending | null {
    const p = read(this.storage.getItem(this.key(clientId)));
    return p?.clientId === clientId ? p : null;
  }

  /** The client id for which a key of the storage stands; null when it is none of this shelf. */
  idUnder(key: string): string | null {
    return key.startsWith(this.key("")) ? key.slice(this.key("").length) : null;
  }

  /** What earlier pages of this operator left, oldest first. */
  all(): Pending[] {
    const out: Pending[] = [];
    for (let i = 0; i < this.storage.length; i++) {
      const key = this.storage.key(i);
      if (key?.startsWith(this.key(""))) {
        const p = read(this.storage.getItem(key));
        if (p !== null && this.key(p.clientId) === key) out.push(p);
      }
    }
    return out.sort((a, b) => a.at - b.at);
  }

  private key(clientId: string): string {
    return `${prefix}${this.operator}.${clientId}`;
  }
}

/** What stands on the shelf may be of another version of this page, or of nobody. */
function read(text: string | null): Pending | null {
  try {
    const p = JSON.parse(text ?? "null") as Partial<Pending> | null;
    if (p === null || typeof p.clientId !== "string" || typeof p.chat !== "string" || typeof p.text !== "string")
      return null;
    return {
      clientId: p.clientId,
      chat: p.chat,
      text: p.text,
      files: Array.isArray(p.files) ? p.files.map(readKept).filter(uploaded) : [],
      replyTo: typeof p.replyTo === "string" ? p.replyTo : null,
      ...(typeof p.to === "string" ? { to: p.to } : {}),
      at: typeof p.at === "number" && Number.isFinite(p.at) ? p.at : 0,
      refused: typeof p.refused === "string" ? p.refused : null,
    };
  } catch {
    return null;
  }
}

function uploaded(f: KeptFile | null): f is UploadedFile {
  return f !== null && f.id !== null;
}
