/** What stands in a reply box and is not known to be on the server, with what tells later whether it still counts. */
export interface ShelvedDraft {
  readonly chat: string;
  readonly text: string;
  /** What the server may have kept when this was written: what was known, and what had been told to it. */
  readonly bases: readonly string[];
  /** Position of the chat's newest message then. */
  readonly position: number;
  /** The customer's name, for when the chat is gone. */
  readonly name: string;
}

/** What becomes of a text that an earlier page left: it stands in the box, is offered beside it, or is done with. */
export type Fate = "stands" | "offered" | "done";

/**
 * Decides by what the server keeps now and by what the operator has sent since from elsewhere. That the server's draft is
 * as it was does not suffice: a text that was stored, and then sent from another device, leaves none behind either.
 */
export function fateOf(left: ShelvedDraft, server: string, sentSince: readonly string[]): Fate {
  const text = left.text.trim();
  if (left.text === server || (text !== "" && sentSince.includes(text))) return "done";
  if (left.bases.includes(server) && sentSince.length === 0) return "stands";
  return text === "" || server.includes(text) ? "done" : "offered";
}

const prefix = "parley.draft.";

/** The drafts of one operator that the server has not taken yet, in the browser's storage. */
export class DraftShelf {
  private readonly storage: Storage;
  private readonly operator: string;

  constructor(storage: Storage, operator: string) {
    this.storage = storage;
    this.operator = operator;
  }

  put(draft: ShelvedDraft): void {
    try {
      this.storage.setItem(this.key(draft.chat), JSON.stringify(draft));
    } catch {
      // A full storage loses the safety net only.
    }
  }

  get(chat: string): ShelvedDraft | null {
    return read(this.storage.getItem(this.key(chat)));
  }

  drop(chat: string): void {
    this.storage.removeItem(this.key(chat));
  }

  /** All that this operator's pages left. */
  all(): ShelvedDraft[] {
    const out: ShelvedDraft[] = [];
    for (let i = 0; i < this.storage.length; i++) {
      const key = this.storage.key(i);
      if (!key?.startsWith(this.key(""))) continue;
      const draft = read(this.storage.getItem(key));
      if (draft !== null && this.key(draft.chat) === key) out.push(draft);
    }
    return out;
  }

  private key(chat: string): string {
    return `${prefix}${this.operator}.${chat}`;
  }
}

/** What stands on the shelf may be of another version of this page. */
function read(text: string | null): ShelvedDraft | null {
  try {
    const d = JSON.parse(text ?? "null") as Partial<ShelvedDraft> | null;
    if (d === null || typeof d.chat !== "string" || typeof d.text !== "string") return null;
    return {
      chat: d.chat,
      text: d.text,
      bases: Array.isArray(d.bases) ? d.bases.filter((b) => typeof b === "string") : [],
      position: typeof d.position === "number" && Number.isFinite(d.position) ? d.position : 0,
      name: typeof d.name === "string" ? d.name : "",
    };
  } catch {
    return null;
  }
}
