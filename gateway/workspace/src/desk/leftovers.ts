import { createStore } from "zustand/vanilla";

/** Something that an operator typed and that has no reply box to stand in any more. */
export interface LeftOver {
  readonly id: string;
  readonly chat: string;
  /** Its chat has gone, the server refused it when its chat had gone, or the reply was changed on another device. */
  readonly why: "ended" | "refused" | "elsewhere";
  /** The customer it was for; "" when nobody here knows him any more. */
  readonly name: string;
  readonly text: string;
  /** Names of the files that were to go with it. */
  readonly files: readonly string[];
  /** Unix milliseconds. */
  readonly at: number;
}

const prefix = "parley.left.";

/**
 * Left-over texts, kept in the browser until they are copied or dismissed: neither a reload nor many of them at once
 * takes one. All tabs of an operator show the same.
 */
export class LeftOvers {
  /** Oldest first. */
  readonly store = createStore<readonly LeftOver[]>(() => []);
  private readonly storage: Storage;
  private operator = "";

  constructor(storage: Storage) {
    this.storage = storage;
  }

  /** Shows what earlier pages of this operator kept, and nothing of another. */
  belongTo(operator: string): void {
    if (operator === this.operator) return;
    this.operator = operator;
    this.store.setState(operator === "" ? [] : this.stored(), true);
  }

  /** Keeps a text; message is the client id of one that was on its way. A reply box of a chat has one left-over text. */
  keep(left: Omit<LeftOver, "id" | "at">, message?: string): void {
    if (left.text.trim() === "" && left.files.length === 0) return;
    const id = `${left.chat}.${message ?? left.why}`;
    // What is stored is newer: another tab may have kept its part a moment ago.
    const former = read(this.storage.getItem(this.key(id))) ?? this.store.getState().find((l) => l.id === id);
    const files = [...new Set([...(former?.files ?? []), ...left.files])];
    const kept = { ...left, id, text: joined(former?.text ?? "", left.text), files, at: Date.now() };
    this.put(kept);
    try {
      this.storage.setItem(this.key(id), JSON.stringify(kept));
    } catch {
      // A full storage: it is shown until the page is left.
    }
  }

  /** It was copied, or nobody wants it. */
  drop(id: string): void {
    this.storage.removeItem(this.key(id));
    this.forget(id);
  }

  /** Another tab has changed what is stored under a key; null = everything. */
  followed(key: string | null): void {
    if (this.operator === "") return;
    if (key === null) this.store.setState(this.stored(), true);
    else if (key.startsWith(this.key(""))) {
      const found = read(this.storage.getItem(key));
      if (found === null) this.forget(key.slice(this.key("").length));
      else if (this.key(found.id) === key) this.put(found);
    }
  }

  private put(left: LeftOver): void {
    this.store.setState([...this.store.getState().filter((l) => l.id !== left.id), left], true);
  }

  private forget(id: string): void {
    const before = this.store.getState();
    const after = before.filter((l) => l.id !== id);
    if (after.length !== before.length) this.store.setState(after, true);
  }

  private stored(): LeftOver[] {
    const out: LeftOver[] = [];
    for (let i = 0; i < this.storage.length; i++) {
      const key = this.storage.key(i);
      if (!key?.startsWith(this.key(""))) continue;
      const left = read(this.storage.getItem(key));
      if (left !== null && this.key(left.id) === key) out.push(left);
    }
    return out.sort((a, b) => a.at - b.at);
  }

  private key(id: string): string {
    return `${prefix}${this.operator}.${id}`;
  }
}

/** Two texts of one box: tabs may know it a few keys apart, and a chat may come back and go again. */
function joined(former: string, text: string): string {
  if (former.includes(text)) return former;
  return text.includes(former) ? text : `${former}\n${text}`;
}

/** What is stored may be of another version of this page. */
function read(text: string | null): LeftOver | null {
  try {
    const l = JSON.parse(text ?? "null") as Partial<LeftOver> | null;
    if (l === null || typeof l.id !== "string" || typeof l.chat !== "string" || typeof l.text !== "string") return null;
    return {
      id: l.id,
      chat: l.chat,
      why: l.why === "refused" || l.why === "elsewhere" ? l.why : "ended",
      name: typeof l.name === "string" ? l.name : "",
      text: l.text,
      files: Array.isArray(l.files) ? l.files.filter((f) => typeof f === "string") : [],
      at: typeof l.at === "number" && Number.isFinite(l.at) ? l.at : 0,
    };
  } catch {
    return null;
  }
}
